Attribute VB_Name = "XxgkFunctions"
' Worksheet functions for those who like them; no Python is needed and nothing depends on them.
' They read names that the template defines: xxgk.status and expected.<cell id>.
Option Explicit

' The one-line verdict of the workbook the formula stands in.
Public Function XXGK_STATUS() As Variant
    Application.Volatile
    XXGK_STATUS = XxgkNamed("xxgk.status")
End Function

' What a derived cell should say, e.g. =XXGK_EXPECTED("applications.handled.total.company").
Public Function XXGK_EXPECTED(ByVal CellId As String) As Variant
    Application.Volatile
    XXGK_EXPECTED = XxgkNamed("expected." & CellId)
End Function

Public Function XxgkNamed(ByVal NameText As String) As Variant
    Dim Book As Workbook
    On Error Resume Next
    Set Book = Application.Caller.Worksheet.Parent
    If Book Is Nothing Then Set Book = ActiveWorkbook
    XxgkNamed = CVErr(xlErrNA)
    XxgkNamed = Book.Names(NameText).RefersToRange.Value
End Function
