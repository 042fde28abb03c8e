@"%~dp0node.exe" "%~dp0..\app.asar.unpacked\dist\reprise.js" %*
