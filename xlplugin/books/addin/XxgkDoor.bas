Attribute VB_Name = "XxgkDoor"
' The one door behind every button. This source is ASCII only, because VBA text is kept in the
' machine's own code page; what the user reads comes from module XxgkWords.
Option Explicit

Public Sub XxgkPress(ByVal ButtonId As String)
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing Then
        XxgkTell "no_workbook", ""
        Exit Sub
    End If
    If Not XxgkReady() Then Exit Sub
    RunPython "from xlplugin.hosts import excel; excel.press('" & ButtonId & "')"
    Exit Sub
Failed:
    XxgkTell "failed", Err.Description
End Sub

Public Sub XxgkTell(ByVal Key As String, ByVal Detail As String)
    Dim Said As String
    Said = XxgkText(Key)
    If Detail <> "" Then Said = Said & vbCrLf & vbCrLf & Detail
    MsgBox Said, vbExclamation, XxgkText("title")
End Sub
