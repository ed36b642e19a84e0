Attribute VB_Name = "XxgkBridge"
' Only in a workbook with buttons: it brings no Python of its own, it asks the add-in.
Option Explicit

Public Function XxgkReady() As Boolean
    XxgkReady = False
    On Error GoTo Missing
    XxgkReady = Application.Run("'" & XxgkText("addin") & "'!XxgkReady")
    Exit Function
Missing:
    XxgkTell "no_addin", ""
End Function

Public Function RunPython(ByVal PythonCommand As String) As Variant
    RunPython = Application.Run("'" & XxgkText("addin") & "'!RunPython", PythonCommand)
End Function
