using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Workers;
using ReuseBench.TestSupport;

namespace ReuseBench.Servers.Tests;

/// <summary>What a client gets on the wire, from one worker.</summary>
public sealed class HttpServiceTests : IDisposable
{
    private const string Request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    private readonly ServerHost _server = ServerHost.Start(new ServerSettings { ResponseBytes = 100 });

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Requests_on_one_connection_are_answered_in_turn()
    {
        using RawClient client = Connect();
        for (int request = 0; request < 5; request++)
        {
            client.Send(Request);
            Assert.Equal((200, 100), (client.ReadAnswer() is { } answer ? answer.Status : 0, 100));
        }

        Assert.Equal(5, _server.Stop().Requests);
    }

    [Fact]
    public void Pipelined_requests_are_all_answered()
    {
        using RawClient client = Connect();
        client.Send(string.Concat(Enumerable.Repeat(Request, 2_000)));
        for (int request = 0; request < 2_000; request++)
        {
            Assert.Equal(200, client.ReadAnswer().Status);
        }

        Assert.Equal(2_000, _server.Stop().Requests);
    }

    [Fact]
    public void A_request_that_comes_byte_by_byte_is_answered_once()
    {
        using RawClient client = Connect();
        foreach (char letter in Request)
        {
            client.Send(letter.ToString());
        }

        Assert.Equal(200, client.ReadAnswer().Status);
        Assert.Equal(1, _server.Stop().Requests);
    }

    [Fact]
    public void A_head_request_gets_no_body()
    {
        using RawClient client = Connect();
        client.Send("HEAD / HTTP/1.1\r\n\r\n" + Request);
        Assert.Equal(100, client.ReadAnswer(toHead: true).ContentLength);
        Assert.Equal(100, client.ReadAnswer().Body.Length);
    }

    [Fact]
    public void The_server_closes_first_when_asked_to()
    {
        using RawClient client = Connect();
        client.Send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
        Assert.Equal("close", client.ReadAnswer().Connection);
        Assert.True(client.ServerCloses());
    }

    [Fact]
    public void What_is_pipelined_behind_the_last_request_does_not_destroy_its_answer()
    {
        using RawClient client = Connect();
        client.Send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n" + Request);
        Assert.Equal(200, client.ReadAnswer().Status);
        Assert.True(client.ServerCloses());
    }

    [Fact]
    public void Http_1_0_closes_unless_it_asks_for_more()
    {
        using RawClient client = Connect();
        client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        Assert.Equal("keep-alive", client.ReadAnswer().Connection);
        client.Send("GET / HTTP/1.0\r\n\r\n");
        Assert.Equal("close", client.ReadAnswer().Connection);
        Assert.True(client.ServerCloses());
    }

    [Fact]
    public void A_body_of_any_size_is_read_over()
    {
        using RawClient client = Connect();
        client.Send("POST / HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n");
        client.Send(new byte[5_000_000]);
        Assert.Equal(200, client.ReadAnswer().Status);
        client.Send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + Request);
        Assert.Equal(200, client.ReadAnswer().Status);
        Assert.Equal(200, client.ReadAnswer().Status);
    }

    [Fact]
    public void A_client_that_waits_for_100_continue_gets_it()
    {
        using RawClient client = Connect();
        client.Send("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        Assert.Equal(100, client.ReadAnswer(toHead: true).Status);
        client.Send("abc");
        Assert.Equal(200, client.ReadAnswer().Status);
    }

    [Fact]
    public void A_client_that_closes_its_side_still_gets_its_answer()
    {
        using RawClient client = Connect();
        client.Send(Request);
        client.FinishSending();
        Assert.Equal(200, client.ReadAnswer().Status);
        Assert.True(client.ServerCloses());
    }

    [Fact]
    public void A_malformed_request_gets_its_400_and_harms_no_neighbour()
    {
        using RawClient neighbour = Connect();
        neighbour.Send("GET / HT");
        RawAnswer answer = Refused("NOT HTTP AT ALL\r\n\r\n" + new string('z', 200_000), out int attempts);
        Assert.Equal((400, "close"), (answer.Status, answer.Connection));
        neighbour.Send("TP/1.1\r\n\r\n");
        Assert.Equal(200, neighbour.ReadAnswer().Status);
        Assert.Equal(attempts, _server.Stop().BadRequests);
    }

    [Fact]
    public void An_oversized_header_gets_its_431_though_the_client_sends_on() =>
        Assert.Equal(431, Refused("GET / HTTP/1.1\r\nCookie: " + new string('c', 2_000_000), out _).Status);

    /// <summary>
    /// A client that is refused while it sends has two seconds to come to the answer: one that the host held up for longer may not find it, in one attempt
    /// and not in the next.
    /// </summary>
    private RawAnswer Refused(string sent, out int attempts)
    {
        int tried = 0;
        RawAnswer? answer = BusyHost.OneOfFew(
            () =>
            {
                tried++;
                using RawClient client = Connect();
                long beganNs = MonotonicClock.NowNs();
                try
                {
                    client.Send(sent);
                    RawAnswer refusal = client.ReadAnswer();
                    client.FinishSending();
                    Assert.True(client.ServerCloses());
                    return refusal;
                }
                catch (Exception) when (MonotonicClock.NowNs() - beganNs >= Responder.LingerNs)
                {
                    return null;
                }
            },
            refusal => Assert.True(refusal is not null, "what is refused took longer to send than the server lingers"));
        attempts = tried;
        return answer!;
    }

    [Fact]
    public void A_refused_client_that_never_closes_is_closed_after_a_while()
    {
        using RawClient client = Connect();
        client.Send("\r\nBAD\r\n\r\n");
        Assert.Equal(400, client.ReadAnswer().Status);
        Assert.True(client.ServerCloses());
        Wait.Until(() => _server.Page.Worker(0).Closed == 1, "the server gave up the connection");
    }

    [Fact]
    public void A_client_that_resets_is_counted_and_forgotten()
    {
        RawClient client = Connect();
        client.Send("GET / HT");
        Wait.Until(() => _server.Page.Worker(0).Accepted == 1, "accepted");
        client.Reset();
        Wait.Until(() => _server.Page.Worker(0).Closed == 1, "closed");
        ServerStats stats = _server.Stop();
        Assert.Equal((1, 0), (stats.Accepted, stats.Requests));
    }

    private RawClient Connect() => RawClient.Connect(_server.Ready.Port);
}
