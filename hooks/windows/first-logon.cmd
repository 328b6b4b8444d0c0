@echo off
rem Runs once, when the Administrator logs in for the first time.
cd /d "%~dp0"
${COMMANDS}
