namespace ReuseBench.Core.Cells;

/// <summary>How the server comes back; the rows of the restart experiment.</summary>
public enum RestartMethod
{
    /// <summary>In one process, in a loop, by the variant <c>restart</c>.</summary>
    Loop,

    /// <summary>Without SO_REUSEADDR: the successor retries bind(2) until TIME_WAIT lets go of the port.</summary>
    None,

    /// <summary>As <see cref="None"/>, probed from the very tuples that TIME_WAIT holds.</summary>
    NoneSameTuples,

    /// <summary>With SO_REUSEADDR on both.</summary>
    Reuseaddr,

    /// <summary>The successor listens in the same SO_REUSEPORT group before the old one stops.</summary>
    ReuseportOverlap,

    /// <summary>The listening socket itself goes from old to new by SCM_RIGHTS.</summary>
    Handoff,

    /// <summary>The listening socket is held by a supervisor and inherited (LISTEN_FDS).</summary>
    SocketActivation,

    /// <summary>A selector sends new connections to the successor; the old listener is emptied before it closes.</summary>
    ReuseportDrain,
}

public enum StopSignal
{
    /// <summary>SIGTERM; connections are drained.</summary>
    Graceful,

    /// <summary>SIGKILL.</summary>
    Kill,
}

/// <summary>What the restart isolates.</summary>
public enum RestartScope
{
    /// <summary>A process ends, another starts.</summary>
    Process,

    /// <summary>One process closes and listens again: the kernel's share without process start-up.</summary>
    Thread,
}

/// <summary>What the server has in hand at the restart.</summary>
public enum RestartLoad
{
    /// <summary>Probes only, answered at once.</summary>
    Idle,

    /// <summary>Connections in flight.</summary>
    InFlight,

    /// <summary>A standing accept queue: service time above the arrival interval.</summary>
    Queued,
}

/// <summary>The settings that only cells of the experiment <c>restart</c> have.</summary>
public sealed record RestartSettings
{
    public RestartMethod Method { get; init; } = RestartMethod.Loop;

    public StopSignal Stop { get; init; } = StopSignal.Graceful;

    public RestartScope Scope { get; init; } = RestartScope.Process;

    public RestartLoad Load { get; init; } = RestartLoad.Idle;

    /// <summary>net.ipv4.tcp_migrate_req in the cell's namespace; null leaves it alone.</summary>
    public int? MigrateReq { get; init; }

    /// <summary>After this long without a listener the gap is recorded as "at least".</summary>
    public Units.Duration Timeout { get; init; } = Units.Duration.FromSeconds(5);

    /// <exception cref="UsageException">The combination does not exist, or nothing would be waited for.</exception>
    public void Validate()
    {
        if (RestartRules.WhyNot(this) is { } why)
        {
            throw new UsageException($"restart: {RestartRules.Describe(this)} cannot be had, since {why}");
        }

        if (Timeout < Units.Duration.FromMilliseconds(100) || Timeout > Units.Duration.FromSeconds(3600))
        {
            throw new UsageException($"restart-timeout: {Timeout} is out of range; use 100ms to 1h");
        }
    }
}
