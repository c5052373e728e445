using ReuseBench.Core.Wire;
using ReuseBench.Servers.Processes;

namespace ReuseBench.Servers;

/// <summary>What <c>serve</c> is told beside its settings, mostly by the process that started it.</summary>
public sealed record ServeOptions
{
    /// <summary><c>--page</c>: the shared page for counters and events; null keeps them to this process.</summary>
    public string? PagePath { get; init; }

    /// <summary><c>--parent-pid</c>: the process that this one dies with; null where it was started by hand.</summary>
    public int? ParentPid { get; init; }

    /// <summary><c>--worker-base</c>: number of the first worker here among those of all processes.</summary>
    public int WorkerBase { get; init; }

    /// <summary><c>--succession</c>: this server's part in a restart; null for none.</summary>
    public Succession? Succession { get; init; }

    /// <summary>How another <c>serve</c> is started, for settings with more than one process.</summary>
    public ServeCommand Command { get; init; } = ServeCommand.OfThisProgram;

    /// <summary>Where problems are logged; safe to use from several threads.</summary>
    public TextWriter Log { get; init; } = Console.Error;
}
