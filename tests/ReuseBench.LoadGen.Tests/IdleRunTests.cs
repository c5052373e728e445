using System.Collections.Concurrent;
using System.Net.Sockets;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Tests.Server;

namespace ReuseBench.LoadGen.Tests;

/// <summary>What a server sees of connections that are opened one by one, and of those that stay idle.</summary>
public sealed class IdleRunTests
{
    private const int Clients = 40;

    private static readonly LoadSettings Spaced = SwarmRuns.Short with
    {
        Workload = Workload.Keepalive,
        Connections = Clients,
        OpenSpacing = Duration.FromMilliseconds(5),
        Idle = true,
    };

    /// <summary>The first shows that the target answers, and may come before the warm-up; none comes before it is due, on any host.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Idle_connections_are_opened_a_spacing_apart_send_one_request_and_stay(int threads)
    {
        ConcurrentQueue<long> times = new();
        await using TestServer server = new((connection, request) =>
        {
            times.Enqueue(MonotonicClock.NowNs());
            return TestServer.Ok(connection, request);
        });
        LoadDocument document = await SwarmRuns.Run(Spaced with { Threads = threads }, server);

        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.Equal(
            (Clients, Clients, Clients, Clients), (server.Accepted, server.Requests, document.Life.ConnectionsOpened, document.Life.Answers));
        long[] inOrder = [.. times.Order()];
        Assert.All(inOrder, (time, index) => Assert.InRange(time - inOrder[0], Spaced.OpenSpacing.Nanoseconds * index, long.MaxValue));

        // The window begins when the last has begun, though the warm-up is over long before.
        Assert.InRange(document.WindowBeginNs - inOrder[0], Spaced.OpenSpacing.Nanoseconds * (Clients - 1), long.MaxValue);
    }

    [Fact]
    public async Task Spaced_connections_that_are_not_idle_go_on_with_requests()
    {
        await using TestServer server = new(TestServer.Ok);
        LoadDocument document = await SwarmRuns.Run(Spaced with { Idle = false }, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(Clients, document.Life.ConnectionsOpened);
        Assert.True(document.Requests > Clients, $"{document.Requests} requests in the window");
    }

    /// <summary>That a server ends an idle connection is its right: as many are to stand as were asked for, so it is opened again.</summary>
    [Fact]
    public async Task An_idle_connection_that_the_server_ends_is_opened_again()
    {
        await using TestServer server = new(async (connection, request) =>
        {
            await TestServer.Ok(connection, request);
            connection.Shutdown(SocketShutdown.Send);
        });
        LoadDocument document = await SwarmRuns.Run(Spaced with { Connections = 2 }, server);

        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.True(server.Accepted > 2, $"{server.Accepted} connections");
        Assert.Equal(server.Accepted, document.Life.ConnectionsOpened);
    }
}
