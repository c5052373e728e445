namespace ReuseBench.Core.Cells;

/// <summary>The way of listening that is under test.</summary>
public enum Variant
{
    [Meaning("One listener. One acceptor thread dispatches connections to the workers round-robin.")]
    Single,

    [Meaning("One listener. Every worker accepts from it.")]
    Shared,

    [Meaning("One listener with SO_REUSEPORT for each worker. The kernel picks the listener.")]
    Reuseport,

    [Meaning("One listener with SO_REUSEPORT that is opened once. Each worker is a process that inherits it: the option does nothing.")]
    Inherited,

    [Meaning("One listener with SO_REUSEADDR that is closed and opened again in a loop.")]
    Restart,
}

/// <summary>
/// How the workers of <see cref="Variant.Shared"/> wait on the one listener, the processes of <see cref="Variant.Inherited"/> by <see cref="Epoll"/> or
/// <see cref="EpollExclusive"/> on theirs, and each worker of <see cref="Variant.Reuseport"/> on its own: there <see cref="Epoll"/> and
/// <see cref="IoUring"/> are two ways, and the others mean nothing.
/// </summary>
public enum AcceptMode
{
    [Meaning("Level-triggered epoll without EPOLLEXCLUSIVE: every idle worker wakes.")]
    Epoll,

    [Meaning("epoll with EPOLLEXCLUSIVE: the kernel wakes one worker, or a few.")]
    EpollExclusive,

    [Meaning("A thread beside each worker that blocks in accept4(2).")]
    Blocking,

    [Meaning("An io_uring for each worker whose multishot accept takes connections as they come; everything else stays with epoll. Needs Linux 5.19.")]
    IoUring,
}

/// <summary>Who picks the listener of a SO_REUSEPORT group for a new connection.</summary>
public enum Selector
{
    [Meaning("The kernel's default: a hash of the 4-tuple. Needs nothing.")]
    Hash,

    [Meaning("Classic BPF: the CPU that received the packet. Needs a CPU for each listener.")]
    CbpfCpu,

    [Meaning("Classic BPF: a random number for each connection. Needs nothing.")]
    CbpfRandom,

    [Meaning("SO_INCOMING_CPU on each listener. Needs a CPU for each listener and Linux 6.2.")]
    IncomingCpu,

    [Meaning("eBPF (SK_REUSEPORT) with weights 1, 2, 3 … applied to the hash. Needs CAP_BPF and CAP_NET_ADMIN.")]
    EbpfWeight,

    [Meaning("eBPF (SK_REUSEPORT) that goes strictly round-robin over all CPUs. Needs CAP_BPF, CAP_NET_ADMIN and Linux 5.12.")]
    EbpfRoundRobin,

    [Meaning("eBPF (SK_REUSEPORT) that goes by the hash, past workers that did not come back to their loop for 20 ms. Needs CAP_BPF, CAP_NET_ADMIN and "
        + "Linux 5.8.")]
    EbpfAlive,
}

/// <summary>What the server does after an answer.</summary>
public enum ServerClose
{
    [Meaning("The server leaves the close to the client, unless the request said `Connection: close`.")]
    Client,

    [Meaning("The server closes first after every response, and so holds the TIME_WAIT.")]
    Server,
}

/// <summary>How a connection ends, from the client's side.</summary>
public enum ConnectionClose
{
    [Meaning("The client resets the connection. No side has a TIME_WAIT.")]
    Rst,

    [Meaning("The client closes first, in order, and holds the TIME_WAIT.")]
    Fin,

    [Meaning("The last request says `Connection: close`. The server closes first and holds the TIME_WAIT.")]
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
    [Meaning("Requests are evenly spaced.")]
    Constant,

    [Meaning("Times between requests are random and independent, as of many clients that do not know each other.")]
    Poisson,
}

/// <summary>What generates the load.</summary>
public enum Driver
{
    [Meaning("The swarm of this program.")]
    Native,

    [Meaning("NBomber, built only when it is asked for.")]
    Nbomber,

    [Meaning("An accept-only probe: it opens and resets connections, and sends no request. It counts who gets them.")]
    AcceptOnly,
}

/// <summary>Where server and swarm run on a host with several memory nodes, such as one with two sockets.</summary>
public enum NumaPlacement
{
    [Meaning("On one node: no request crosses to the memory of another.")]
    Same,

    [Meaning("On different nodes: each side has whole nodes of its own, and every packet crosses.")]
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

    /// <summary>Which worker holds persistent connections that arrive one by one and stay.</summary>
    public static Experiment Idle { get; } = new("idle");

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
