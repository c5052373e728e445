using System.CommandLine;
using ReuseBench.Bench.Cli;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Runs;
using ReuseBench.Cluster;
using ReuseBench.Core;
using ReuseBench.Core.Clocks;
using ReuseBench.Core.Csv;
using ReuseBench.Linux;

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("reusebench: measures the Linux kernel and runs on Linux only; use a Linux host or virtual machine");
    return ExitCodes.Usage;
}

// A message is one line, whatever is in the names and files that it speaks of.
const int LongestMessage = 2000;
Console.SetError(Surroundings.HasErrors ? TextWriter.Synchronized(new ForgivingWriter(Console.Error)) : TextWriter.Null);
try
{
    Surroundings.Require();
    EmbeddedNatives.Register();
    Surroundings.RemoveDiagnostics();
    args = CommandTree.WithHelp(args);
    TargetLine.Foresee(args);
    if (ChildRoles.TryRun(args) is int exitCode)
    {
        return exitCode;
    }

    CommandTree.RequireKnown(args);
    ParseResult parsed = CommandTree.BuildFor(args).Parse(args, CommandTree.Parsing);
    if (parsed.Action is not HelpWithExamples)
    {
        CommandErrors.Require(parsed);
    }

    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UsageException e)
{
    Console.Error.WriteLine($"reusebench: {TextFromOutside.Clip(e.Message, LongestMessage)}");
    return e.IsOfHost ? ExitCodes.Failure : ExitCodes.Usage;
}
catch (Exception e) when (e is LinuxException or IOException or UnauthorizedAccessException)
{
    // A full disk, standard output that takes no more, a right that was taken away: rows that were written are in their files.
    Console.Error.WriteLine($"reusebench: {TextFromOutside.Clip(Surroundings.Describe(e), LongestMessage)}");
    return ExitCodes.Failure;
}
catch (Exception e) when (e is HostLostException or HostRefusedException or NoAnswerException or ClockJumpException)
{
    Console.Error.WriteLine($"reusebench: host {TextFromOutside.Clip(e.Message, LongestMessage)}");
    return ExitCodes.Failure;
}
catch (OutOfMemoryException)
{
    Console.Error.WriteLine($"reusebench: {Surroundings.NoMemory}");
    return ExitCodes.Failure;
}
