using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.TestSupport;

namespace ReuseBench.Servers.Tests;

public sealed class RestartTests
{
    private static readonly ServerEventKind[] OneRestart =
    [
        ServerEventKind.StopAsked, ServerEventKind.LastAccept, ServerEventKind.ListenerClosed, ServerEventKind.ConnectionsClosed,
        ServerEventKind.BindAttempt, ServerEventKind.Listening, ServerEventKind.FirstAccept, ServerEventKind.FirstAnswer,
    ];

    [Fact]
    [Trait("needs", "quiet")]
    public void It_closes_first_leaves_TIME_WAIT_and_comes_back()
    {
        BusyHost watch = BusyHost.Watch();
        bool cameInTime = false;
        for (int attempt = 0; attempt < BusyHost.Attempts && !cameInTime; attempt++)
        {
            cameInTime = ClosesFirstAndComesBack();
        }

        if (!cameInTime)
        {
            watch.SkipIfBusyElseFail("no request came between two restarts");
        }
    }

    /// <returns>Whether there were five standing connections before the first restart, and an answer before the second.</returns>
    private static bool ClosesFirstAndComesBack()
    {
        ServerSettings settings = new() { Variant = Variant.Restart, Workers = 2, RestartEvery = Duration.FromMilliseconds(1000) };
        using SharedMapping page = SharedMapping.CreateAnonymous("test", ServerPage.Size(2));
        using ServerHost server = ServerHost.Start(settings, page);
        int port = server.Ready.Port;
        List<RawClient> standing = [];
        for (int client = 0; client < 5; client++)
        {
            if (Stand(port) is not { } connection)
            {
                return false;
            }

            standing.Add(connection);
        }

        foreach (RawClient client in standing)
        {
            Assert.True(client.ServerCloses(), "the restart closes the connections by FIN");
            client.Dispose();
        }

        Assert.True(TcpTable.Read().Count(TcpState.TimeWait, port) >= 5, "the server's side holds the TIME_WAITs");
        Wait.Until(() => Serves(port), "the server is back");
        if (!EventsOf(page, 2).Any(e => e.Generation == 1 && e.Kind == (int)ServerEventKind.FirstAnswer))
        {
            return false;
        }

        Wait.Until(() => Serves(port) && EventsOf(page, 2).Any(e => e.Generation == 2 && e.Kind == (int)ServerEventKind.FirstAnswer), "and back again");
        ServerStats stats = server.Stop();
        Assert.True(stats.Restarts >= 2, "restarts are counted");

        ServerEvent[] events = EventsOf(page, 2);
        long[] times =
        [
            .. OneRestart.Take(4).Select(kind => events.Single(e => e.Kind == (int)kind && e.Generation == 0).TimeNs),
            .. OneRestart.Skip(4).Select(kind => events.Single(e => e.Kind == (int)kind && e.Generation == 1).TimeNs),
        ];
        Assert.Equal(times.Where((_, index) => index != 1).Order(), times.Where((_, index) => index != 1));
        Assert.InRange(times[1], events.Single(e => e.Kind == (int)ServerEventKind.FirstAccept && e.Generation == 0).TimeNs - 1_000_000, times[2]);
        ServerEvent bind = events.First(e => e.Kind == (int)ServerEventKind.BindAttempt && e.Generation == 2);
        Assert.True(bind.Detail >= 5, "TIME_WAITs on the port are counted with the bind");
        Assert.Equal(0, bind.Errno);
        return true;
    }

    [Fact]
    public void A_generation_without_a_connection_has_no_last_accept()
    {
        ServerSettings settings = new() { Variant = Variant.Restart, RestartEvery = Duration.FromMilliseconds(50) };
        using SharedMapping page = SharedMapping.CreateAnonymous("test", ServerPage.Size(1));
        using ServerHost server = ServerHost.Start(settings, page);
        Wait.Until(() => EventsOf(page, 1).Any(e => e.Generation == 2 && e.Kind == (int)ServerEventKind.Listening), "two restarts");
        server.Stop();
        Assert.DoesNotContain(EventsOf(page, 1), e => e.Kind == (int)ServerEventKind.LastAccept);
    }

    /// <summary>What had its answer, or came whole before the stop, is no loss; half a request is one.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", false)]
    [InlineData("GET / HT", true)]
    public void A_stop_says_that_it_left_a_client_without_an_answer(string sent, bool isCut)
    {
        using SharedMapping page = SharedMapping.CreateAnonymous("test", ServerPage.Size(1));
        using ServerHost server = ServerHost.Start(new ServerSettings(), page);
        using RawClient client = RawClient.Connect(server.Ready.Port);
        client.Send(sent);
        Wait.Until(() => page.At<WorkerCounters>(ServerPage.WorkerOffset(0)).Accepted == 1, "the connection is accepted");
        server.Stop();
        Assert.Equal(isCut, EventsOf(page, 1).Any(e => e.Kind == (int)ServerEventKind.DrainCut));
    }

    /// <summary>Its client never answers the kernel, so that it would be waited for without end: a filter on its socket lets nothing in.</summary>
    [Fact]
    public void A_drain_says_that_a_handshake_was_not_over()
    {
        Succession drains = new() { Release = ListenerRelease.Drain, Successors = 1 };
        using SharedMapping page = SharedMapping.CreateAnonymous("test", ServerPage.Size(1));
        using ServerHost server = ServerHost.Succeed(new ServerSettings { Variant = Variant.Reuseport }, drains, page, firstWorker: 0, TextWriter.Null);
        int port = server.Ready.Port;
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        LetNothingIn(client);
        _ = client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken).AsTask();
        Wait.Until(() => TcpTable.Read().Count(TcpState.SynReceived, port) == 1, "the handshake has begun");
        server.Stop();
        Assert.Contains(EventsOf(page, 1), e => e.Kind == (int)ServerEventKind.DrainCut);
    }

    /// <summary>SO_ATTACH_FILTER of include/uapi/asm-generic/socket.h, with a struct sock_fprog of one struct sock_filter, which keeps 0 bytes.</summary>
    private static void LetNothingIn(Socket socket)
    {
        const int SolSocket = 1;
        const int AttachFilter = 26;
        const byte ReturnConstant = 0x06;
        byte[] instruction = [ReturnConstant, 0, 0, 0, 0, 0, 0, 0];
        GCHandle pinned = GCHandle.Alloc(instruction, GCHandleType.Pinned);
        byte[] program = new byte[16];
        BitConverter.TryWriteBytes(program, (ushort)1);
        BitConverter.TryWriteBytes(program.AsSpan(8), pinned.AddrOfPinnedObject().ToInt64());
        socket.SetRawSocketOption(SolSocket, AttachFilter, program);
        pinned.Free();
    }

    private static ServerEvent[] EventsOf(SharedMapping page, int workers)
    {
        long count = Math.Min(page.At<ServerPageHeader>(0).Events, ServerPage.EventCapacity);
        return [.. Enumerable.Range(0, (int)count).Select(index => page.At<ServerEvent>(ServerPage.EventOffset(workers, index)))];
    }

    /// <returns>A connection that has had its answer; null where the server was restarted meanwhile.</returns>
    private static RawClient? Stand(int port)
    {
        try
        {
            RawClient client = RawClient.Connect(port);
            client.Send("GET / HTTP/1.1\r\n\r\n");
            Assert.Equal(200, client.ReadAnswer().Status);
            return client;
        }
        catch (Exception refused) when (refused is SocketException or Xunit.Sdk.XunitException)
        {
            return null;
        }
    }

    private static bool Serves(int port)
    {
        try
        {
            return RawClient.Get(port).Status == 200;
        }
        catch (Exception refused) when (refused is SocketException or Xunit.Sdk.XunitException)
        {
            return false;
        }
    }
}
