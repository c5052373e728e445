using System.Net;
using System.Net.Sockets;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Tests.Clients;

/// <summary>One slot of the engine, step by step, against a listener that the test holds.</summary>
public sealed class ConnectionEngineTests : IDisposable
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Epoll _epoll = Epoll.Create();
    private readonly EpollBuffer _events = new(16);
    private readonly ThreadRecorder _recorder = new(SwarmRuns.Short);
    private readonly ConnectionEngine _engine;
    private readonly List<SlotEnd> _ends = [];
    private readonly Kept _loop;

    public ConnectionEngineTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        SockAddr target = SockAddr.From(IPAddress.Loopback, (ushort)((IPEndPoint)_listener.LocalEndPoint!).Port);
        LoadSettings settings = SwarmRuns.Short with { Connections = 1, WorkerHeader = "" };
        ClientSockets sockets = new(settings, target, new EphemeralSource([], 0, 1));
        _loop = new Kept(_ends);
        _engine = new ConnectionEngine(settings, 1, _epoll, sockets, new RequestBytes(settings, "test"), _recorder, _ => _loop);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // By a reset: the send itself fails.
    public void A_request_on_a_connection_that_the_server_had_closed_idle_is_sent_again_on_a_new_one(bool byReset)
    {
        using Socket first = Stand();
        if (byReset)
        {
            first.LingerState = new LingerOption(true, 0);
        }

        EndPoint client = first.RemoteEndPoint!;
        first.Dispose();
        Request();
        if (!byReset)
        {
            // The FIN and the reset that answered the request are both there.
            UntilReset(client);
            HandleEvents();
        }

        using Socket second = _listener.Accept();
        Respond(second);
        HandleEvents();

        Assert.Equal([SlotEnd.Standing, SlotEnd.Standing], _ends);
        Assert.Equal(1, _recorder.Life.ReusedClosed);
        LifeCounters life = _recorder.Life;
        Assert.Equal((2, 2, 0, 2), (life.RequestsSent, life.Answers, life.FailedRequests, life.ConnectionsOpened));
        Assert.Empty(_recorder.Failures.ToErrorCounts());
        Assert.Equal(0, _engine.Active);
    }

    [Fact]
    public void Where_nobody_listens_any_more_the_connect_has_failed_and_no_request_is_lost()
    {
        using Socket first = Stand();
        EndPoint client = first.RemoteEndPoint!;
        first.Dispose();
        _listener.Dispose();
        Request();
        UntilReset(client);
        HandleEvents();

        Assert.Equal([SlotEnd.Standing, SlotEnd.Failed], _ends);
        Assert.Equal((1, 0, 1), (_recorder.Life.RequestsSent, _recorder.Life.FailedRequests, _recorder.Life.FailedConnects));
    }

    [Theory]
    [InlineData(false, false, "closed")]
    [InlineData(true, false, "ECONNRESET")] // Closed with the request unread.
    [InlineData(true, true, "closed")] // The same, and its side ended before: so HAProxy does as it is reloaded.
    public void A_request_that_had_come_to_the_server_is_lost_with_its_connection(bool isUnread, bool endsFirst, string error)
    {
        using Socket first = Stand();
        Request();
        Assert.True(first.Poll(SwarmRuns.Limit, SelectMode.SelectRead));
        if (!isUnread)
        {
            first.Receive(new byte[4096]);
        }

        EndPoint client = first.RemoteEndPoint!;
        if (endsFirst)
        {
            first.Shutdown(SocketShutdown.Send);
        }

        first.Dispose();
        if (isUnread)
        {
            UntilReset(client);
        }

        HandleEvents();

        Assert.Equal([SlotEnd.Standing, SlotEnd.Failed], _ends);
        Assert.Equal((0, 1), (_recorder.Life.ReusedClosed, _recorder.Life.FailedRequests));
        Assert.Equal(error, Assert.Single(_recorder.Failures.ToErrorCounts()).Error);
    }

    [Fact]
    public void An_end_of_an_idle_connection_is_taken_ahead_of_everything_else()
    {
        using Socket first = Stand();
        first.Shutdown(SocketShutdown.Send);
        HandleEvents(idleEndsOnly: true);

        Assert.Equal([SlotEnd.Standing], _ends);
        Assert.Equal(1, _loop.Lost);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // No stamps: it may have come right after the request.
    public void What_a_response_waits_to_be_read_is_the_swarms_own(bool hasStamps)
    {
        const int WaitMs = 20;
        LoadSettings settings = SwarmRuns.Short with { Connections = 1, WorkerHeader = "", Rate = hasStamps ? 1 : null };
        SockAddr target = SockAddr.From(IPAddress.Loopback, (ushort)((IPEndPoint)_listener.LocalEndPoint!).Port);
        ClientSockets sockets = new(settings, target, new EphemeralSource([], 0, 1));
        using Descriptor stamping = ClientSockets.KeepStamping(target.Family);
        ThreadRecorder recorder = new(settings with { Rate = 1 });
        ArrivalClock arrivals = new();
        ConnectionEngine engine = new(settings, 1, _epoll, sockets, new RequestBytes(settings, "test"), recorder, _ => _loop, arrivals);
        long dueNs = MonotonicClock.NowNs();
        recorder.SetWindow(dueNs, long.MaxValue);
        engine.Open(0, dueNs, MonotonicClock.NowNs());
        using Socket connection = _listener.Accept();
        long respondsNs = MonotonicClock.NowNs();
        Respond(connection);
        MonotonicClock.SleepUntil(MonotonicClock.NowNs() + (WaitMs * 1_000_000));

        arrivals.BeginTurn(dueNs, dueNs, MonotonicClock.NowNs(), 0);
        arrivals.ReadOffset(MonotonicClock.NowNs());
        int count = _epoll.Wait(_events, 60_000);
        for (int i = 0; i < count; i++)
        {
            engine.OnEvent(_events.Data(i), _events.Events(i));
        }

        Assert.Equal([SlotEnd.Standing], _ends);
        double latencyMs = Ms(Phases.Request);
        double lagMs = Ms(Phases.ReadLag);
        Assert.InRange(lagMs, WaitMs - 0.1, latencyMs);
        Assert.Equal(latencyMs, lagMs + Ms(Phases.NetOfLag), 0.01 * latencyMs);

        // A busy kernel begins to stamp later; until then the bound counts, which is longer.
        Assert.InRange(recorder.Window.ReadLagsExact, 0, hasStamps ? 1 : 0);
        Assert.True(recorder.Window.ReadLagsExact == 0 || lagMs < ((engine.NowNs - respondsNs) / 1e6) + 0.1, $"{lagMs} ms");
        engine.CloseAll();

        double Ms(string phase) => recorder.Histograms[phase]!.GetValueAtPercentile(100) / 1e6;
    }

    public void Dispose()
    {
        _engine.CloseAll();
        _epoll.Dispose();
        _listener.Dispose();
    }

    /// <summary>The server's side of a connection that has carried one request and is idle.</summary>
    private Socket Stand()
    {
        long nowNs = MonotonicClock.NowNs();
        _engine.Open(0, nowNs, nowNs);
        Socket connection = _listener.Accept();
        Respond(connection);
        HandleEvents();
        Assert.Equal([SlotEnd.Standing], _ends);
        return connection;
    }

    /// <summary>A connection that was reset is in the kernel's table no longer, though its descriptor is still there.</summary>
    private static void UntilReset(EndPoint client) => Assert.True(SpinWait.SpinUntil(
        () => TcpTable.Read().Rows.All(row => row.Local.ToString() != client.ToString()), SwarmRuns.Limit));

    private void Request()
    {
        long nowNs = MonotonicClock.NowNs();
        _engine.Request(0, nowNs, nowNs);
    }

    private static void Respond(Socket connection)
    {
        Assert.True(connection.Receive(new byte[4096]) > 0);
        connection.Send(System.Text.Encoding.ASCII.GetBytes(Answer));
    }

    private void HandleEvents(bool idleEndsOnly = false)
    {
        int count = _epoll.Wait(_events, 60_000);
        Assert.True(count > 0, "nothing came");
        for (int i = 0; i < count; i++)
        {
            bool isTaken = _engine.TakeIdleEnd(_events.Data(i), _events.Events(i));
            Assert.Equal(idleEndsOnly, isTaken);
            if (!isTaken)
            {
                _engine.OnEvent(_events.Data(i), _events.Events(i));
            }
        }
    }

    /// <summary>Starts nothing, and keeps how slots came free.</summary>
    private sealed class Kept(List<SlotEnd> ends) : SlotLoop
    {
        public int Lost { get; private set; }

        public override long NextDueNs => long.MaxValue;

        public override bool IsReady => true;

        public override bool IsGrown => true;

        public override int Missing => 0;

        public override bool IsFinished => true;

        public override void SetTimes(long epochNs, long endNs)
        {
        }

        public override void Advance(long nowNs)
        {
        }

        public override void AfterEvent(long nowNs)
        {
        }

        public override void Freed(int slot, SlotEnd end, long nowNs) => ends.Add(end);

        public override void StandingLost(int slot) => Lost++;

        public override void Drain()
        {
        }
    }
}
