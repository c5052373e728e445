namespace ReuseBench.Core.Cells;

/// <summary>The way of listening that is under test.</summary>
public enum Variant
{
    /// <summary>One listener; one acceptor thread deals connections round-robin to the workers.</summary>
    Single,

    /// <summary>One listener; every worker accepts from it.</summary>
    Shared,

    /// <summary>One listener with SO_REUSEPORT for each worker.</summary>
    Reuseport,

    /// <summary>One listener with SO_REUSEADDR that is stopped and started again in a loop.</summary>
    Restart,
}

/// <summary>How the workers of <see cref="Variant.Shared"/> wait on the one listener.</summary>
public enum AcceptMode
{
    /// <summary>Level-triggered epoll without EPOLLEXCLUSIVE: every idle worker wakes.</summary>
    Epoll,

    /// <summary>epoll with EPOLLEXCLUSIVE: the kernel wakes one (or a few).</summary>
    EpollExclusive,

    /// <summary>A thread beside each worker that blocks in accept4(2).</summary>
    Blocking,
}

/// <summary>Who picks the listener of a SO_REUSEPORT group for a new connection.</summary>
public enum Selector
{
    /// <summary>The kernel's default: a hash of the 4-tuple.</summary>
    Hash,

    /// <summary>Classic BPF: the CPU that received the packet.</summary>
    CbpfCpu,

    /// <summary>Classic BPF: a random number.</summary>
    CbpfRandom,

    /// <summary>SO_INCOMING_CPU on each listener.</summary>
    IncomingCpu,

    /// <summary>eBPF (SK_REUSEPORT) that picks by weight.</summary>
    EbpfWeight,

    /// <summary>eBPF (SK_REUSEPORT) that takes strict turns.</summary>
    EbpfRoundRobin,
}

/// <summary>What the server does after an answer.</summary>
public enum ServerClose
{
    /// <summary>It leaves the close to the client, unless the request said <c>Connection: close</c>.</summary>
    Client,

    /// <summary>It closes first after every answer, and so holds the TIME_WAIT.</summary>
    Server,
}

/// <summary>How a connection ends, from the client's side.</summary>
public enum ConnectionClose
{
    /// <summary>The client resets: no TIME_WAIT on either side.</summary>
    Rst,

    /// <summary>The client closes first, in order, and holds the TIME_WAIT.</summary>
    Fin,

    /// <summary>The last request says <c>Connection: close</c>; the server closes first and holds the TIME_WAIT.</summary>
    Server,
}

/// <summary>When the next request is sent.</summary>
public enum LoadShape
{
    /// <summary>C connections, each sends its next request when the answer is in.</summary>
    Closed,

    /// <summary>Arrivals on a schedule that does not wait for answers.</summary>
    Open,
}

/// <summary>The arrival process of an open loop.</summary>
public enum Arrivals
{
    Constant,
    Poisson,
}

/// <summary>What generates the load.</summary>
public enum Driver
{
    Native,
    Nbomber,

    /// <summary>No server and no requests: connections are opened and reset, and counted where they are accepted. For who gets them only.</summary>
    AcceptOnly,
}

/// <summary>Where server and swarm run on a host with several memory nodes, such as one with two sockets.</summary>
public enum NumaPlacement
{
    /// <summary>On one node: no request crosses to the memory of another.</summary>
    Same,

    /// <summary>On different nodes: each side has whole nodes of its own, and every packet crosses.</summary>
    Apart,
}

/// <summary>Whether a repeat runs in a network namespace of its own.</summary>
public enum Isolation
{
    /// <summary>A namespace where the rights allow it, otherwise none.</summary>
    Auto,

    /// <summary>A namespace, or an error.</summary>
    Netns,

    /// <summary>The host's own namespace.</summary>
    None,
}

/// <summary>
/// What a cell is run for; decides who measures it and which topic of the report shows it. Known by its name only: a new experiment registers itself
/// where it is measured, and nothing here changes.
/// </summary>
/// <param name="Name">As in a matrix, kebab-case.</param>
public readonly record struct Experiment(string Name)
{
    /// <summary>Closed loop: how much the server carries.</summary>
    public static Experiment Throughput { get; } = new("throughput");

    /// <summary>Open loop: the latency tail at a fixed arrival rate.</summary>
    public static Experiment Latency { get; } = new("latency");

    /// <summary>What a restart costs.</summary>
    public static Experiment Restart { get; } = new("restart");

    /// <summary>Who gets the connections.</summary>
    public static Experiment Fairness { get; } = new("fairness");

    /// <summary>Whether a tuple keeps its listener when the group changes.</summary>
    public static Experiment Affinity { get; } = new("affinity");

    /// <summary>How many connections wait behind one listener that does not accept.</summary>
    public static Experiment Stall { get; } = new("stall");

    /// <summary>Native and NBomber driver at the same moderate rate.</summary>
    public static Experiment DriverCheck { get; } = new("driver-check");

    /// <exception cref="UsageException">Not a name: lower-case letters, digits and dashes. Whether it is registered is for its registry to
    /// say.</exception>
    public static Experiment Parse(string text, string what) =>
        text.Length is > 0 and <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? new Experiment(text)
            : throw new UsageException($"{what}: '{text}' is not the name of an experiment; use lower-case letters, digits and dashes");

    public override string ToString() => Name;
}
