using System.Net.Sockets;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Tests.Server;

namespace ReuseBench.LoadGen.Tests;

/// <summary>Servers that end persistent connections, as is their right, and never tell their clients so in an answer.</summary>
public sealed class EndedConnectionRunTests
{
    private const int IpProtoTcp = 6;
    private const int TcpCork = 3;

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)] // Only its side: the connection stays half open, and what is sent on it is never answered.
    [InlineData(1000, false)]
    [InlineData(1000, true)]
    public async Task An_end_that_comes_in_one_event_with_the_answer_is_no_error(int rate, bool halfOpen)
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
        Assert.True(document.Requests > 100);
        Assert.Equal(server.Requests, document.Life.Answers);
        Assert.InRange(document.Life.ConnectionsOpened, document.Life.Answers / 2, (document.Life.Answers / 2) + 8);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(64)]
    public async Task Ends_that_lie_in_the_sockets_are_read_before_due_requests_are_sent(int connections)
    {
        await using TestServer server = new(TestServer.Ok);
        using SwarmChild swarm = new(server.Port, connections, rate: 2000);
        await swarm.WindowAsync();
        int ended = 0;
        for (int i = 0; i < 5; i++)
        {
            // While the swarm stands still nothing is sent: soon all connections are idle, and their ends lie in its sockets before it
            // next looks, beside requests that came due meanwhile.
            swarm.Stop();
            await server.QuietAsync();
            ended += server.EndAll();
            await Task.Delay(10, TestContext.Current.CancellationToken);
            swarm.GoOn();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        LoadDocument document = await swarm.ResultAsync();
        SwarmRuns.CountsBalance(document);
        Assert.Empty(document.Errors);
        Assert.True(ended >= 5);
        Assert.InRange(document.Life.ConnectionsOpened, connections, connections + ended);
        Assert.Equal(server.Requests, document.Life.RequestsSent);
    }
}
