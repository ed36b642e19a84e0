Attribute VB_Name = "XxgkFunctions"
' Worksheet functions for those who like them; no Python is needed and nothing depends on them.
' They read names that the template defines: xxgk.status and expected.<cell id>.
Option Explicit

' The one-line verdict of the workbook the formula stands in.
Public Function XXGK_STATUS() As Variant
    Application.Volatile
    XXGK_STATUS = XxgkNamed(XxgkCallingBook(), "xxgk.status")
End Function

' What a derived cell should say, e.g. =XXGK_EXPECTED("applications.handled.total.company").
Public Function XXGK_EXPECTED(ByVal CellId As String) As Variant
    Application.Volatile
    XXGK_EXPECTED = XxgkNamed(XxgkCallingBook(), "expected." & CellId)
End Function

' The value of a defined name; #N/A when the workbook has no such name.
Public Function XxgkNamed(ByVal Book As Workbook, ByVal NameText As String) As Variant
    XxgkNamed = CVErr(xlErrNA)
    On Error Resume Next
    XxgkNamed = Book.Names(NameText).RefersToRange.Value
End Function

Private Function XxgkCallingBook() As Workbook
    Set XxgkCallingBook = ActiveWorkbook
    On Error Resume Next
    Set XxgkCallingBook = Application.Caller.Worksheet.Parent
End Function
