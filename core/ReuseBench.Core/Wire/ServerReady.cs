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
