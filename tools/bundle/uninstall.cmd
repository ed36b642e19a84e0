@echo off
rem Takes everything away that install.cmd put there, and nothing else.
setlocal
set "HERE=%~dp0"
set "TARGET=%LOCALAPPDATA%\xlplugin"
chcp 65001 >nul
if not exist "%TARGET%\python\python.exe" goto nothing
"%TARGET%\python\python.exe" -X utf8 -c "import sys; from xlplugin.hosts.install import run; sys.exit(run('uninstall'))"
if errorlevel 1 goto partly
rmdir /s /q "%TARGET%\python"
rmdir /s /q "%TARGET%\templates"
rmdir "%TARGET%" 2>nul
type "%HERE%text\removed.txt"
pause
exit /b 0
:nothing
type "%HERE%text\nothing.txt"
pause
exit /b 0
:partly
type "%HERE%text\partly.txt"
pause
exit /b 3
