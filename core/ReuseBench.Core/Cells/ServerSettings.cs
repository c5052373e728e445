using System.Net;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>Everything that <c>serve</c> can be told. Immutable; <see cref="Validate"/> holds it against what can be built.</summary>
public sealed record ServerSettings
{
    public const int MaxWorkers = 1024;
    public const int MaxResponseBytes = 16 * 1024 * 1024;
    public const int MaxAcceptBatch = 1024;

    /// <summary>Of a server of somebody else: configuration files take no longer words.</summary>
    public const int MaxProgramResponseBytes = 1024;

    private const int MaxProgramLength = 200;

    public Variant Variant { get; init; } = Variant.Single;

    /// <summary>
    /// A server of somebody else instead of a variant of ours: the name of its adapter, such as <c>nginx</c>, or the path of an adapter file. Null for
    /// ours.
    /// </summary>
    public string? Program { get; init; }

    /// <summary>How <see cref="Program"/> listens, as its adapter calls it; null for the adapter's first mode.</summary>
    public string? ProgramMode { get; init; }

    /// <summary>
    /// Whether the connections that <see cref="Program"/> accepts are counted, by tracepoints of the kernel that slow every system call of the host. Our own
    /// servers count theirs themselves.
    /// </summary>
    public bool CountAccepts { get; init; }

    /// <summary>Serving threads, each with an epoll loop of its own; 1 to <see cref="MaxWorkers"/>.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Processes that the workers are spread over; only <see cref="Variant.Reuseport"/> takes more than one.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>Processes that serve: as told, and one for each worker of <see cref="Variant.Inherited"/>.</summary>
    public int ServingProcesses => Variant == Variant.Inherited ? Workers : Processes;

    /// <summary>Local address to listen on; loopback unless told otherwise.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>Whether its listeners are dual-stack: those on <c>::</c> have IPV6_V6ONLY off, and take IPv4 clients, too.</summary>
    public bool TakesBothFamilies => Bind.Equals(IPAddress.IPv6Any);

    /// <summary>0 lets the kernel choose, once for all listeners of a group.</summary>
    public int Port { get; init; }

    /// <summary>The second argument of listen(2); the kernel cuts it to net.core.somaxconn.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>
    /// New connections that a worker takes on in a row, from its listener's queue or from what an acceptor thread has dispatched to it, before its
    /// other connections get their turn; 1 to <see cref="MaxAcceptBatch"/>. One default for every variant: it moves throughput by as much as
    /// the variants differ in. 1 is nginx's <c>multi_accept off</c>.
    /// </summary>
    public int AcceptBatch { get; init; } = 1;

    /// <summary>
    /// How the workers of <see cref="Variant.Shared"/> and the processes of <see cref="Variant.Inherited"/> (by <see cref="AcceptMode.Epoll"/> or
    /// <see cref="AcceptMode.EpollExclusive"/>) wait on their listener; with <see cref="Variant.Reuseport"/> only
    /// <see cref="AcceptMode.Epoll"/> and <see cref="AcceptMode.IoUring"/> are different; no effect elsewhere.
    /// </summary>
    public AcceptMode Accept { get; init; } = AcceptMode.Epoll;

    /// <summary>Who picks the listener of a <see cref="Variant.Reuseport"/> group; no effect elsewhere.</summary>
    public Selector Selector { get; init; } = Selector.Hash;

    /// <summary>
    /// Compares the CPU that received each connection (SO_INCOMING_CPU) with the worker's own: one system call more for each accept, so it is
    /// on or off alike in cells that are compared. Needs pinned workers that accept themselves.
    /// </summary>
    public bool RxCpuMatch { get; init; }

    /// <summary>SO_REUSEADDR on each listener; null takes the variant's default (<see cref="EffectiveReuseAddr"/>).</summary>
    public bool? ReuseAddr { get; init; }

    /// <summary>Bytes of the response body, 0 to <see cref="MaxResponseBytes"/>.</summary>
    public int ResponseBytes { get; init; } = 128;

    public ServiceTime ServiceTime { get; init; }

    /// <summary>
    /// Rounds of the work loop that a microsecond of <see cref="ServiceTime"/> stands for, the same in all servers of a run; null lets the server find
    /// out when it starts.
    /// </summary>
    public double? RoundsPerUs { get; init; }

    public ServerClose Close { get; init; } = ServerClose.Client;

    /// <summary>How long <see cref="Variant.Restart"/> serves between two restarts, from 10 ms; no effect elsewhere.</summary>
    public Duration RestartEvery { get; init; } = Duration.FromMilliseconds(500);

    /// <summary>CPUs that the workers are pinned to, worker i to the (i mod n)th; empty pins nothing.</summary>
    public CpuList Cpus { get; init; } = CpuList.None;

    /// <summary>
    /// SO_REUSEADDR as it will be set: as told, otherwise on for <see cref="Variant.Restart"/>, which cannot restart without it,
    /// and off for the others, so that each variant sets the one option it is named for and no other.
    /// </summary>
    public bool EffectiveReuseAddr => ReuseAddr ?? Variant == Variant.Restart;

    /// <summary>
    /// SO_REUSEPORT as it will be set: on every listener of <see cref="Variant.Reuseport"/>, on the one of <see cref="Variant.Inherited"/>, on no other.
    /// </summary>
    public bool EffectiveReusePort => Variant is Variant.Reuseport or Variant.Inherited;

    /// <summary>Listening sockets that exist at a time.</summary>
    public int Listeners => Variant == Variant.Reuseport ? Workers : 1;

    /// <summary>Threads that handle connections: the workers, and the acceptors beside them.</summary>
    public int Threads => Variant switch
    {
        Variant.Single => Workers + 1,
        Variant.Shared when Accept == AcceptMode.Blocking => 2 * Workers,
        _ => Workers,
    };

    /// <exception cref="UsageException">A setting is out of its range or does not go with another.</exception>
    public void Validate()
    {
        Require(Workers is >= 1 and <= MaxWorkers, $"workers: {Workers} is out of range; use 1 to {MaxWorkers}");
        Require(Port is >= 0 and <= 65_535, $"port: {Port} is out of range; use 0 (the kernel chooses) to 65535");
        Require(Backlog >= 1, $"backlog: {Backlog} is out of range; use 1 or more");
        Require(AcceptBatch is >= 1 and <= MaxAcceptBatch, $"accept-batch: {AcceptBatch} is out of range; use 1 to {MaxAcceptBatch}");
        Require(ResponseBytes is >= 0 and <= MaxResponseBytes, $"response-bytes: {ResponseBytes} is out of range; use 0 to {MaxResponseBytes}");
        Require(
            Program is null || (Program.Length is > 0 and <= MaxProgramLength && !Program.Any(c => char.IsControl(c) || c is '|' or ',')),
            $"server: not the name or the path of an adapter; use at most {MaxProgramLength} characters without control characters, commas and bars");
        Require(
            Program is null || ResponseBytes <= MaxProgramResponseBytes,
            $"response-bytes: {ResponseBytes} is out of range for a server of somebody else; use 0 to {MaxProgramResponseBytes}");
        Require(RoundsPerUs is null or > 0, $"rounds-per-us: {RoundsPerUs} is out of range; use more than 0, or leave it out");
        Require(RestartEvery >= Duration.FromMilliseconds(10), $"restart-every: {RestartEvery} is too short; use 10ms or more");
        Require(
            Processes == 1 || Variant == Variant.Reuseport,
            Variant == Variant.Inherited
                ? "processes: with inherited each worker is a process; say how many by workers, and leave processes at 1"
                : $"processes: the variant {Names.Of(Variant)} runs in one process; only reuseport takes more, leave processes at 1");
        Require(Processes >= 1 && Processes <= Workers, $"processes: {Processes} is out of range; use 1 to the number of workers ({Workers})");
        Require(
            Processes == 1 || Workers % Processes == 0,
            $"processes: {Workers} workers cannot be spread evenly over {Processes} processes; use a divisor of {Workers}");
        Require(
            Selector == Selector.Hash || Variant == Variant.Reuseport,
            $"selector: {Names.Of(Selector)} picks among listeners of a group, and the variant {Names.Of(Variant)} has one listener; use hash");
        Require(
            Selector == Selector.Hash || Processes == 1,
            $"selector: {Names.Of(Selector)} is attached by the one process that has all listeners; use hash, or leave processes at 1");
        Require(
            Accept != AcceptMode.IoUring || Variant is Variant.Shared or Variant.Reuseport,
            $"accept: {Names.Of(Accept)} has workers that accept themselves, and the variant {Names.Of(Variant)} has none, or listens again and again; "
            + "use shared or reuseport");
        Require(
            Accept != AcceptMode.Blocking || Variant != Variant.Inherited,
            "accept: blocking needs an accept thread beside each worker, and inherited has worker processes; use epoll or epoll-exclusive");
        Require(
            !RxCpuMatch || Variant == Variant.Reuseport,
            $"rx-cpu-match: compares a listener's CPU with the receiving one, and {Names.Of(Variant)} has no listener for each worker; use reuseport");
        Require(
            Variant != Variant.Restart || EffectiveReuseAddr,
            "reuseaddr: the variant restart binds again over its own TIME_WAITs and needs SO_REUSEADDR; leave it on");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new UsageException(problem);
        }
    }
}
