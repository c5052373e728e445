using System.CommandLine;
using ReuseBench.Bench.Cli;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Linux;

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("reusebench: measures the Linux kernel and runs on Linux only; use a Linux host or virtual machine");
    return ExitCodes.Usage;
}

try
{
    args = CommandTree.WithHelp(args);
    TargetLine.Foresee(args);
    if (ChildRoles.TryRun(args) is int exitCode)
    {
        return exitCode;
    }

    CommandTree.RequireKnown(args);
    ParseResult parsed = CommandTree.BuildFor(args).Parse(args);
    if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
    {
        string command = parsed.CommandResult.Command is RootCommand ? "" : " " + parsed.CommandResult.Command.Name;

        // A mistyped option stands where a name may: that its value is one too many only follows from it.
        string message = parsed.Errors.Select(e => e.Message).FirstOrDefault(m => m.Contains("'-", StringComparison.Ordinal)) ?? parsed.Errors[0].Message;
        Console.Error.WriteLine($"reusebench{command}: {TextFromOutside.Line(message)} See reusebench{command} --help.");
        return ExitCodes.Usage;
    }

    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UsageException e)
{
    Console.Error.WriteLine($"reusebench: {TextFromOutside.Line(e.Message)}");
    return e.IsOfHost ? ExitCodes.Failure : ExitCodes.Usage;
}
catch (Exception e) when (e is LinuxException or IOException or UnauthorizedAccessException)
{
    // A full disk, standard output that takes no more, a right that was taken away: rows that were written are in their files.
    Console.Error.WriteLine($"reusebench: {TextFromOutside.Line(e.Message)}");
    return ExitCodes.Failure;
}
catch (OutOfMemoryException)
{
    // Also what the runtime throws where the kernel gives no further thread.
    Console.Error.WriteLine("reusebench: no memory, or no further thread, was to be had; raise the limit of processes (ulimit -u, pids.max) or of memory");
    return ExitCodes.Failure;
}
