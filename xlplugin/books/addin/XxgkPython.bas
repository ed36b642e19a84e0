Attribute VB_Name = "XxgkPython"
' Only in the add-in, beside xlwings' module: is everything in place, and what to say when it is not.
Option Explicit

Public Function XxgkReady() As Boolean
    Dim Interpreter As String
    Dim Stranger As String
    XxgkReady = False
    Stranger = XxgkSettingsSheet(ActiveWorkbook)
    If Stranger <> "" Then
        XxgkTell "foreign_settings", Stranger
        Exit Function
    End If
    #If Not Mac Then
        Interpreter = GetConfig("INTERPRETER_WIN", "")
        If Not FileExists(Interpreter) Then
            XxgkTell "no_python", Interpreter
            Exit Function
        End If
    #End If
    XxgkReady = True
End Function

' A workbook that was sent to us must not choose the interpreter or bring code along: xlwings
' would obey a settings sheet and code sheets in the active workbook before the add-in's own.
Public Function XxgkSettingsSheet(ByVal Book As Workbook) As String
    Dim Sheet As Object
    Dim SheetName As String
    XxgkSettingsSheet = ""
    For Each Sheet In Book.Sheets
        SheetName = LCase$(Sheet.Name)
        If SheetName = LCase$(PROJECT_NAME) & ".conf" Or Right$(SheetName, 3) = ".py" Then
            XxgkSettingsSheet = Sheet.Name
            Exit Function
        End If
    Next Sheet
End Function

' Called by xlwings' module when Python ended with an error; FileName is its error log.
Public Sub ShowError(FileName As String, Optional Message As String = "")
    Dim Said As String
    Said = Message
    If Said = "" Then Said = ReadFile(FileName)
    XxgkTell "python_failed", Right$(Said, 700)
End Sub
