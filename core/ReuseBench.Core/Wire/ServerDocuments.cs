namespace ReuseBench.Core.Wire;

/// <summary>What <c>serve</c> prints after <c>READY </c> on standard output once every listener listens.</summary>
public sealed record ServerReady
{
    public const string Prefix = "READY ";

    public required string Address { get; init; }

    public required int Port { get; init; }

    public required int Pid { get; init; }

    /// <summary>Every process that serves, <see cref="Pid"/> included.</summary>
    public required int[] Pids { get; init; }

    public required string Variant { get; init; }

    public required int Workers { get; init; }

    public required int Threads { get; init; }

    public required int Listeners { get; init; }

    /// <summary>Connections that the kernel queues for one listener, as it gives it back: the backlog cut to net.core.somaxconn.</summary>
    public int? BacklogEffective { get; init; }

    /// <summary>Socket options of the first listener as getsockopt(2) gives them back, by name.</summary>
    public required Dictionary<string, int> Options { get; init; }
}

/// <summary>What <c>serve</c> prints after <c>STATS </c> on standard output when it was told to stop; whole-life counts.</summary>
public sealed record ServerStats
{
    public const string Prefix = "STATS ";

    public required long Accepted { get; init; }

    public required long Requests { get; init; }

    public required long BadRequests { get; init; }

    /// <summary>Restarts completed; 0 for every variant but <c>restart</c>.</summary>
    public required int Restarts { get; init; }

    public required double CpuS { get; init; }

    public required WorkerStats[] Workers { get; init; }
}

public sealed record WorkerStats
{
    public required int Worker { get; init; }

    public required int Pid { get; init; }

    public required long Accepted { get; init; }

    public required long AcceptedReset { get; init; }

    public required long AcceptedLocal { get; init; }

    public required long Requests { get; init; }

    public required long BadRequests { get; init; }

    public required double CpuS { get; init; }

    public required long VoluntarySwitches { get; init; }

    public required long InvoluntarySwitches { get; init; }
}

/// <summary>Where a server that takes part in a restart gets its listening socket from.</summary>
public enum ListenerOrigin
{
    /// <summary>bind(2), tried again while the port is taken.</summary>
    Bind,

    /// <summary>Passed by whoever holds it (SCM_RIGHTS).</summary>
    Received,

    /// <summary>Left by the supervisor at descriptor 3 (LISTEN_FDS).</summary>
    Inherited,
}

/// <summary>How a server lets go of its listening socket when it is told to stop.</summary>
public enum ListenerRelease
{
    /// <summary>It stops accepting and closes its descriptor.</summary>
    Close,

    /// <summary>It directs new connections to its successor in the SO_REUSEPORT group, empties its queue, and closes.</summary>
    Drain,
}

/// <summary>What a server that takes part in a restart is told beside its settings: <c>serve --succession JSON</c>.</summary>
public sealed record Succession
{
    public ListenerOrigin Origin { get; init; } = ListenerOrigin.Bind;

    public ListenerRelease Release { get; init; } = ListenerRelease.Close;

    /// <summary>Abstract Unix name at which the listener is to be had; for <see cref="ListenerOrigin.Received"/>.</summary>
    public string? TakeFrom { get; init; }

    /// <summary>Abstract Unix name at which the listener is given to whoever of this user asks; null gives it to nobody.</summary>
    public string? GiveAt { get; init; }

    /// <summary>How long bind(2) is tried again, in milliseconds.</summary>
    public double RestartTimeoutMs { get; init; }

    /// <summary>Which life of the server this is, from 0; its events carry it.</summary>
    public int Generation { get; init; }

    /// <summary>The next life within the same process, begun at SIGHUP; null for a process with one life.</summary>
    public Succession? Next { get; init; }

    /// <summary>The successor listens before this server stops; else after. For <see cref="Next"/> only.</summary>
    public bool NextStartsFirst { get; init; }
}
