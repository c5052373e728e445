using System.Net;
using System.Net.Sockets;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Experiments.Restarts;

/// <summary>The probing swarm of a restart: an open loop, each attempt recorded; of single connections, or of clients that keep theirs.</summary>
internal static class RestartLoadSettings
{
    /// <summary>Of the timeline: a probe or so. <see cref="RestartTimeline"/> puts together what is of no interest.</summary>
    private static readonly Duration Fine = Duration.FromMilliseconds(1);

    /// <summary>The same whatever a matrix sets: the standing queue grows through it, and its length is to be comparable.</summary>
    public static readonly Duration Warmup = Duration.FromMilliseconds(300);

    private const int SameTuples = 256;

    /// <summary>
    /// Connections that are open at once at most, of which each takes a descriptor and a port of its address: hosts that allow 20,000 of the one are
    /// common, and of the other there are 28,232 by default. At 20,000 probes a second it is what comes in 0.8 s of a server that answers nobody; a
    /// probe beyond that starts late, which is in the bracket of the gap.
    /// </summary>
    private const int MostOpen = 16_384;

    /// <param name="cell">As planned.</param>
    /// <param name="cpus">For the swarm.</param>
    /// <param name="seed">Of this repeat.</param>
    /// <param name="longest">The window is ended when the restart is over, at the latest after this.</param>
    public static LoadSettings Of(Cell cell, CpuList cpus, ulong seed, Duration longest)
    {
        RestartSettings restart = cell.Restart!;
        double rate = RateOf(cell);
        Duration timeout = PatienceOf(cell, cell.Load.Timeout);
        LoadSettings load = cell.Load with
        {
            Rate = rate,
            Warmup = Warmup,
            // Probes come at their rate from the first on.
            Ramp = Duration.Zero,
            Connections = ConnectionsFor(cell, timeout),
            Threads = 1,
            Timeout = timeout,
            ConnectTimeout = PatienceOf(cell, cell.Load.ConnectTimeout),
            Duration = longest,
            Interval = Fine,
            RecordAttempts = true,
            Cpus = cpus,
            Seed = seed,
        };
        return restart.Method == RestartMethod.NoneSameTuples
            ? load with
            {
                Sources = AddressSet.Parse($"{TimeWaits.SourceFor(cell.Server.Bind)}", "sources"),
                SourcePlan = new SourcePlan(SourcePlanKind.Sequential),
                SourcePorts = new PortRange(TimeWaits.FirstPort, TimeWaits.FirstPort + SameTuples - 1),
                Connections = SameTuples,
            }
            : load;
    }

    public static double RateOf(Cell cell) => cell.Load.Rate ?? RestartRules.DefaultProbeRate;

    /// <summary>The most that are open at once.</summary>
    public static int ConnectionsOf(Cell cell) =>
        cell.Restart!.Method == RestartMethod.NoneSameTuples ? SameTuples : ConnectionsFor(cell, PatienceOf(cell, cell.Load.Timeout));

    /// <summary>What a trial fails with that got no further than its load.</summary>
    public static RepeatFailedException NotMade(int problem) => new(
        $"the load before the restart could not be made: {(problem < 0 ? Errno.FromResult(problem).ToString() : "the server closed")}");

    /// <summary>
    /// Of single connections none waits for another: all that can be in progress until they time out. Clients that keep theirs have as many as the cell
    /// says.
    /// </summary>
    private static int ConnectionsFor(Cell cell, Duration timeout) => !cell.Load.Workload.IsConnect
        ? cell.Load.Connections
        : (int)Math.Clamp(RateOf(cell) * Math.Max(timeout.Seconds, cell.Load.ConnectTimeout.Seconds), 64, MostOpen);

    /// <summary>
    /// What waits in a queue, or at a listener that outlives its server, is slow and not lost: it is to be seen to its end, and so is a SYN that a
    /// full queue dropped and that is sent again.
    /// </summary>
    private static Duration PatienceOf(Cell cell, Duration timeout) =>
        RestartRules.SeesQueueToItsEnd(cell.Restart!) && timeout < RestartRules.QueueTimeout ? RestartRules.QueueTimeout : timeout;

    /// <summary>Whether a timeout of the cell gives way to that of a queue.</summary>
    /// <param name="key">Of a setting.</param>
    /// <param name="cell">A trial.</param>
    public static bool IsOutwaited(string key, Cell cell) => RestartRules.SeesQueueToItsEnd(cell.Restart!) && key switch
    {
        "timeout" => cell.Load.Timeout < RestartRules.QueueTimeout,
        "connect_timeout" => cell.Load.ConnectTimeout < RestartRules.QueueTimeout,
        _ => false,
    };
}

/// <summary>
/// Connections that the server closes first, so that its side is left in TIME_WAIT and holds the port. They come from an address of their
/// own, or where there is only one from ports that no probe gets: a SYN of a probe onto the tuple of a TIME_WAIT would kill it.
/// </summary>
internal static class TimeWaits
{
    public const int Count = 8;

    private const int Attempts = 100;

    private const int TimeoutSeconds = 20;

    /// <summary>The first of the ports that a probe of the same tuples uses; below the usual range of ephemeral ports.</summary>
    public const int FirstPort = 20_000;

    private static readonly byte[] Request = HttpConnection.Get("time-wait", close: true);

    /// <summary>Where they come from; IPv6 has one loopback address.</summary>
    public static IPAddress SourceFor(IPAddress server) =>
        server.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Parse("127.0.0.9");

    /// <summary>Makes them; returns once the server has closed each.</summary>
    /// <exception cref="RepeatFailedException">One could not be made.</exception>
    public static void Make(SockAddr target)
    {
        byte[] buffer = new byte[64 * 1024];
        for (int index = 0; index < Count; index++)
        {
            using HttpConnection connection = Connect(target, FirstPort + index);
            int result = connection.Send(Request);
            while (result > 0)
            {
                // To the server's FIN: only then has it closed first.
                result = connection.Receive(buffer);
            }

            if (result < 0)
            {
                throw RestartLoadSettings.NotMade(result);
            }
        }
    }

    /// <summary>Sockets in TIME_WAIT on a port of the calling thread's namespace.</summary>
    public static int On(int port) => TcpTable.Read().Count(TcpState.TimeWait, port);

    /// <summary>A probe may have the port for the moment that it lasts.</summary>
    private static HttpConnection Connect(SockAddr target, int port)
    {
        SockAddr source = SockAddr.From(SourceFor(target.ToAddress()), (ushort)port);
        for (int attempt = 1; ; attempt++)
        {
            if (HttpConnection.TryConnect(target, source, TimeoutSeconds, shared: true, out int problem) is { } connection)
            {
                return connection;
            }

            if (attempt == Attempts)
            {
                throw RestartLoadSettings.NotMade(problem);
            }

            Thread.Sleep(1);
        }
    }
}

/// <summary>Requests that are in progress at the restart: sent by half before it, or not at all, the rest shortly after it.</summary>
internal sealed class InFlightRequests : IDisposable
{
    /// <summary>A request that is lost is known by its connection's end; this is for a host that stands still.</summary>
    private const int TimeoutSeconds = 20;

    /// <summary>A request up to its last line.</summary>
    private const int HalfFromEnd = 21;

    private static readonly byte[] Request = HttpConnection.Get("in-flight", close: true);

    private readonly List<HttpConnection> _connections = [];
    private readonly HashSet<HttpConnection> _broken = [];
    private readonly int _sent;

    private InFlightRequests(int sent) => _sent = sent;

    public int Count => _connections.Count;

    /// <param name="target">The old server.</param>
    /// <param name="load">Says whether there are any, and how much of each is sent.</param>
    /// <param name="count">Where there are any.</param>
    /// <exception cref="RepeatFailedException">One could not be sent.</exception>
    public static InFlightRequests Send(SockAddr target, RestartLoad load, int count)
    {
        InFlightRequests requests = new(load == RestartLoad.InFlight ? Request.Length - HalfFromEnd : 0);
        int wanted = load is RestartLoad.InFlight or RestartLoad.AcceptedUnsent ? count : 0;
        for (int index = 0; index < wanted; index++)
        {
            HttpConnection? connection = HttpConnection.TryConnect(target, source: null, TimeoutSeconds, shared: false, out int result);
            if (connection is not null)
            {
                requests._connections.Add(connection);
                result = requests._sent == 0 ? 0 : connection.Send(Request.AsSpan(..requests._sent));
            }

            if (result < 0)
            {
                requests.Dispose();
                throw RestartLoadSettings.NotMade(result);
            }
        }

        return requests;
    }

    /// <summary>Sends the rest; a connection that is gone by now is lost.</summary>
    public void Complete() => _broken.UnionWith(_connections.Where(c => c.Send(Request.AsSpan(_sent..)) < 0));

    /// <summary>Waits for the answers.</summary>
    /// <returns>How many never came.</returns>
    public int CountLost()
    {
        byte[] buffer = new byte[4096];
        _broken.UnionWith(_connections.Where(c => !_broken.Contains(c) && c.Receive(buffer) <= 0));
        return _broken.Count;
    }

    public void Dispose() => _connections.ForEach(connection => connection.Dispose());
}
