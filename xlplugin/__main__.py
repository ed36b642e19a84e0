from xlplugin.hosts.cli import main

main()
