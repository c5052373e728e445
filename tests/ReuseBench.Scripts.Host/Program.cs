// What `pwsh SCRIPT ARGUMENTS…` does, on the engine of the System.Management.Automation package, for hosts where PowerShell itself is not
// installed. Exit codes: the script's own; 1 where an error ends the script, as in pwsh. `pwsh -Command TEXT` is there too.
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ReuseBench.Scripts.Host;

if (args is not [string first, .. string[] rest])
{
    Console.Error.WriteLine("usage: ReuseBench.Scripts.Host SCRIPT.ps1 [ARGUMENT…] | -Command TEXT");
    return 64;
}

using Runspace runspace = RunspaceFactory.CreateRunspace(new StandardStreamsHost(), InitialSessionState.CreateDefault2());
// Native commands fork on this thread, as in pwsh, and so inherit what belongs to it.
runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
runspace.Open();
using PowerShell shell = PowerShell.Create(runspace);

if (first == "-Command")
{
    shell.AddScript(string.Join(' ', rest));
}
else
{
    shell.Commands.AddCommand(ScriptArguments.Bind(Path.GetFullPath(first), rest));
}

using PSDataCollection<PSObject> output = [];
output.DataAdded += (_, added) => Console.Out.WriteLine(output[added.Index]);
shell.Streams.Error.DataAdded += (_, added) => Console.Error.WriteLine(shell.Streams.Error[added.Index]);
try
{
    shell.Invoke(null, output);
}
catch (RuntimeException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

return runspace.SessionStateProxy.GetVariable("LASTEXITCODE") is int code ? code : 0;
