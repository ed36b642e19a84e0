@echo off
rem Puts the plugin into this user's own folders. No administrator is needed.
rem This file is ASCII only; what the user reads is in text\*.txt (UTF-8) or said by Python.
setlocal
set "HERE=%~dp0"
set "TARGET=%LOCALAPPDATA%\xlplugin"
chcp 65001 >nul
if not exist "%HERE%python\python.exe" goto nopython
if not exist "%HERE%python\@PYTHONDLL@" goto wrongpython
type "%HERE%text\copying.txt"
robocopy "%HERE%python" "%TARGET%\python" /MIR /XD Lib /NFL /NDL /NJH /NJS /NP >nul
if errorlevel 8 goto failed
robocopy "%HERE%site-packages" "%TARGET%\python\Lib\site-packages" /MIR /NFL /NDL /NJH /NJS /NP >nul
if errorlevel 8 goto failed
robocopy "%HERE%templates" "%TARGET%\templates" /MIR /NFL /NDL /NJH /NJS /NP >nul
if errorlevel 8 goto failed
copy /y "%HERE%text\python.pth.txt" "%TARGET%\python\@PYTHONPTH@" >nul
if errorlevel 1 goto failed
set "OXT="
for %%F in ("%HERE%*.oxt") do set "OXT=%%~fF"
"%TARGET%\python\python.exe" -X utf8 -c "import sys, pathlib; from xlplugin.hosts.install import run; sys.exit(run('install', pathlib.Path(sys.argv[1]) if sys.argv[1:] and sys.argv[1] else None))" "%OXT%"
if errorlevel 1 goto partly
type "%HERE%text\done.txt"
pause
exit /b 0
:nopython
type "%HERE%text\no-python.txt"
pause
exit /b 1
:wrongpython
type "%HERE%text\wrong-python.txt"
pause
exit /b 1
:failed
type "%HERE%text\failed.txt"
pause
exit /b 1
:partly
type "%HERE%text\partly.txt"
pause
exit /b 3
