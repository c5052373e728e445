using System.Net;
using System.Net.Sockets;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Tests.Server;
using ReuseBench.TestSupport;

namespace ReuseBench.LoadGen.Tests;

/// <summary>Servers that end persistent connections, as is their right, and never tell their clients so in an answer.</summary>
[Collection(Forking.Name)]
public sealed class EndedConnectionRunTests
{
    private const int IpProtoTcp = 6;
    private const int TcpCork = 3;

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)] // Only its side: the connection stays half open, and what is sent on it is never answered.
    [InlineData(1000, false)]
    [InlineData(1000, true)]
    public async Task An_end_that_comes_in_one_event_with_the_answer_is_no_error(int rate, bool halfOpen) => await BusyHost.OneOfFew(
        async () =>
        {
            await using TestServer server = new(async (connection, request) =>
            {
                if (request > 1)
                {
                    await Task.Delay(SwarmRuns.Limit);
                }

                // Corked, the answer and the end leave in one segment.
                connection.SetRawSocketOption(IpProtoTcp, TcpCork, BitConverter.GetBytes(request));
                await TestServer.Ok(connection, request);
                if (request == 1)
                {
                    connection.Shutdown(halfOpen ? SocketShutdown.Send : SocketShutdown.Both);
                }
            });
            LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short with { Rate = rate == 0 ? null : rate }, server);

            SwarmRuns.CountsBalance(document);
            Assert.Empty(document.Errors);
            Assert.Equal(server.Requests, document.Life.Answers);
            Assert.InRange(document.Life.ConnectionsOpened, document.Life.Answers / 2, (document.Life.Answers / 2) + 8);
            return document.Life.Answers;
        },
        answers => Assert.True(answers > 3 * 8, $"{answers} responses, of which two on each connection"));

    [Theory]
    [InlineData(4)]
    [InlineData(64)]
    [InlineData(1500)] // More than one turn of the loop takes: requests may go out on connections that have ended, and are sent again.
    public async Task Ends_that_lie_in_the_sockets_are_read_before_due_requests_are_sent(int connections) => await BusyHost.OneOfFew(
        () => EndsOfIdleAsync(connections), ended => Assert.True(ended > 0, "the swarm's window was over before its connections were ended"));

    /// <returns>How many connections were ended; a slow host may have time for fewer than five times.</returns>
    private static async Task<int> EndsOfIdleAsync(int connections)
    {
        // What comes due while it stands still waits for longer than a slow host takes to end the connections.
        await using TestServer server = new(TestServer.Ok);
        using SwarmChild swarm = new(server.Port, connections, rate: 2000, timeoutMs: 24_000);
        await swarm.WindowAsync();
        int ended = 0;

        // While the swarm stands still nothing is sent: soon all connections are idle, and their ends lie in its sockets before it next looks, beside
        // requests that came due meanwhile.
        for (int i = 0; i < 5 && swarm.TryStop(); i++)
        {
            await server.QuietAsync();
            ended += await server.EndAllAsync();
            swarm.GoOn();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        LoadDocument document = await swarm.ResultAsync();
        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.InRange(document.Life.ConnectionsOpened, connections, connections + ended);
        Assert.Equal(server.Requests, document.Life.RequestsSent);
        Assert.Equal(server.Accepted, document.Life.ConnectionsOpened);

        // Where it stood still between a look and a send, one request each time was on its way.
        Assert.InRange(document.ReusedClosed!.Value, 0, connections < 256 ? 5 : ended);
        Assert.InRange(document.Life.ReusedClosed, document.ReusedClosed.Value, ended);
        return ended;
    }

    [Fact]
    public async Task A_request_that_the_server_took_and_left_unanswered_is_lost_on_a_persistent_connection_too()
    {
        await using TestServer server = new(async (connection, request) =>
        {
            await (request < 3 ? TestServer.Ok(connection, request) : Task.CompletedTask);
            if (request == 3)
            {
                connection.Shutdown(SocketShutdown.Send);
                connection.Dispose();
            }
        });
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(0, document.Life.ReusedClosed);
        Assert.True(document.Life.FailedRequests > 0);
        Assert.Equal(document.Life.FailedRequests, SwarmRuns.Errors(document, "first_byte", "closed"));
        Assert.Equal(server.Requests, document.Life.RequestsSent);
    }

    [Fact]
    public async Task Each_attempt_says_on_which_connection_it_went()
    {
        await using TestServer server = new(async (connection, request) =>
        {
            await (request < 3 ? TestServer.Ok(connection, request) : Task.CompletedTask);
            if (request == 3)
            {
                connection.Shutdown(SocketShutdown.Send);
                connection.Dispose();
            }
        });
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short with { Rate = 500, RecordAttempts = true }, server);

        AttemptColumns attempts = document.Attempts!;
        Assert.Equal(attempts.EndNs.Length, attempts.Path.Length);
        AttemptPath[] lost = [.. attempts.Path.Where((_, i) => attempts.Outcome[i] != (int)AttemptOutcome.Served).Select(p => (AttemptPath)p)];
        Assert.NotEmpty(lost);
        Assert.All(lost, path => Assert.Equal(AttemptPath.Kept, path));
        Assert.Equal(document.Life.FailedRequests, lost.Length);
        Assert.Equal(document.Life.ConnectionsOpened, attempts.Path.Count(p => p == (int)AttemptPath.New));
    }

    [Fact]
    public void What_a_peer_can_have_received_is_known_from_its_end()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Assert.False(HasAll(server => server.Dispose(), sendsBefore: false)); // It answers what is sent after its end with a reset.
        Assert.True(HasAll(
            server =>
            {
                server.Receive(new byte[16]);
                server.Dispose();
            },
            sendsBefore: true));
        Assert.True(HasAll(
            server =>
            {
                // It ends its side with the request in its kernel, and then closes without having read it: the reset takes nothing back.
                Assert.True(server.Poll(SwarmRuns.Limit, SelectMode.SelectRead));
                server.Shutdown(SocketShutdown.Send);
                server.Dispose();
            },
            sendsBefore: true,
            isReset: true));

        bool? HasAll(Action<Socket> end, bool sendsBefore, bool isReset = false)
        {
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            client.Connect(listener.LocalEndPoint!);
            Socket server = listener.Accept();
            if (sendsBefore)
            {
                client.Send("request"u8);
            }

            end(server);
            Assert.True(client.Poll(SwarmRuns.Limit, SelectMode.SelectRead));
            if (!sendsBefore)
            {
                client.Send("request"u8);

                // Mostly the reset is there when send(2) returns.
                SpinWait.SpinUntil(() => SocketCalls.PeerHasAll((int)client.Handle) == false, SwarmRuns.Limit);
            }

            Assert.True(
                !isReset || SpinWait.SpinUntil(() => SocketCalls.GetTcpState((int)client.Handle) == (int)TcpState.Close, SwarmRuns.Limit), "it was not reset");
            bool? hasAll = SocketCalls.PeerHasAll((int)client.Handle);
            Assert.Equal(0, client.Receive(new byte[16]));
            return hasAll;
        }
    }
}
