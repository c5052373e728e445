using System.CommandLine;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Runs;
using ReuseBench.Linux;
using ReuseBench.Servers.Restarts;

namespace ReuseBench.Bench.Cli;

/// <summary>
/// <c>activate</c>: the step between fork and exec of a supervisor that starts its servers by socket activation. It takes the listener over,
/// leaves it at descriptor 3 with LISTEN_FDS and LISTEN_PID, and becomes the server. Hidden: only the restart experiment starts it.
/// </summary>
internal sealed class ActivateCommand : ICommandModule
{
    public IReadOnlyList<(string Line, string Does)> Examples { get; } = [];

    public Command Build()
    {
        Option<string> takeFrom = new("--take-from") { Required = true };
        Argument<string[]> rest = new("ARGUMENTS");
        Command command = new("activate", "Becomes a server with an inherited listener.") { takeFrom, rest };
        command.Hidden = true;
        command.SetAction(result =>
        {
            using Descriptor listener = ListenerGiver.Take(new UnixEndpoint(result.GetRequiredValue(takeFrom)));
            SocketActivation.Execute(listener, [.. SelfExecutable.Find(), .. result.GetRequiredValue(rest)]);
            return ExitCodes.Failure;
        });
        return command;
    }
}
