using System.Net.Sockets;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.LoadGen.Tests.Server;
using ReuseBench.TestSupport;

namespace ReuseBench.LoadGen.Tests;

public sealed class FailureRunTests
{
    [Fact]
    public async Task A_refused_client_tries_again_in_measure()
    {
        LoadSettings settings = SwarmRuns.Short with { ProbeTarget = false, RetryDelay = Duration.FromMilliseconds(10) };
        LoadDocument document = await SwarmRuns.Run(settings, TestServer.Nobody());

        SwarmRuns.CountsBalance(document);
        Assert.Equal(document.Life.FailedConnects, SwarmRuns.Errors(document, "connect", "ECONNREFUSED"));

        // 8 connections for 400 ms, one attempt each 10 ms.
        Assert.InRange(document.Life.FailedConnects, 8, 8 * 42);
        Assert.InRange(document.ErrorsRefused, 0, document.Life.FailedConnects);
        Assert.Equal(document.ErrorsRefused, document.Timeline.Sum(p => p.Errors));
        Assert.Equal(0, document.Life.RequestsSent);
    }

    [Fact]
    public async Task A_reset_instead_of_an_answer_is_a_reset()
    {
        await using TestServer server = new((connection, _) =>
        {
            connection.LingerState = new LingerOption(true, 0);
            connection.Dispose();
            return Task.CompletedTask;
        });
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(document.Life.FailedRequests, SwarmRuns.Errors(document, "first_byte", "ECONNRESET"));
        Assert.True(document.ErrorsReset > 0);
        Assert.Equal(0, document.ErrorsProtocol);
    }

    [Fact]
    public async Task An_end_of_stream_instead_of_an_answer_is_counted_with_the_resets()
    {
        await using TestServer server = new((connection, _) =>
        {
            connection.Shutdown(SocketShutdown.Both);
            return Task.CompletedTask;
        });
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(document.Life.FailedRequests, SwarmRuns.Errors(document, "first_byte", "closed"));
        Assert.True(document.ErrorsReset > 0);
    }

    /// <summary>What the server sends, whether it then ends its side, and the name of the error.</summary>
    public static TheoryData<byte[], bool, string> NoAnswers { get; } = new()
    {
        { [0x15, 3, 1, 0, 2, 2, 70], true, "not HTTP/1.1: looks like TLS" },
        { "SSH-2.0-OpenSSH_9\r\n"u8.ToArray(), false, "not HTTP/1.1: looks like SSH" },
        { [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100], false, "not HTTP/1.1: looks like HTTP/2" },
        { "220 mail.example ESMTP\r\n"u8.ToArray(), false, "not HTTP/1.1" },
        { "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"u8.ToArray(), false, "malformed response head" },
        { [.. "HTTP/1.1 200 OK\r\nX: "u8, .. Enumerable.Repeat((byte)'x', 70_000)], false, "response head longer than 64 KiB" },
        { "HTTP/1.1 200 OK\r\nContent-"u8.ToArray(), true, "closed within the response head" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"u8.ToArray(), true, "closed within the response body" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"u8.ToArray(), true, "closed within the response body" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n"u8.ToArray(), false, "malformed chunk" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more"u8.ToArray(), false, "bytes after the end of the response" },
    };

    [Theory]
    [MemberData(nameof(NoAnswers), DisableDiscoveryEnumeration = true)]
    public async Task What_is_not_an_answer_is_a_protocol_error_that_says_what_it_is(byte[] sent, bool ends, string error)
    {
        await using TestServer server = new(async (connection, _) =>
        {
            await connection.SendAsync(sent);
            if (ends)
            {
                connection.Shutdown(SocketShutdown.Send);
            }
        });
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short with { ProbeTarget = false }, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal([error], document.Errors.Select(e => e.Error));
        Assert.Equal(document.Life.FailedRequests, SwarmRuns.Errors(document, "answer", error));
        Assert.True(document.ErrorsProtocol > 0);
        Assert.Equal(0, document.Life.Answers);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9\r\n", "(not HTTP/1.1: looks like SSH)")]
    [InlineData("220 mail.example ESMTP\r\n", "(not HTTP/1.1)")]
    public async Task A_target_that_speaks_something_else_is_one_line_before_the_load(string greeting, string saying)
    {
        await using TestServer server = new(TestServer.Text(greeting));
        UsageException refusal = Assert.Throws<UsageException>(() => SwarmRuns.Direct(SwarmRuns.Short, server.Target));

        Assert.StartsWith("target: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(saying, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")] // As Node and OpenSSL.
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")] // As nginx.
    public async Task A_target_that_speaks_TLS_is_found_out_though_it_says_nothing(string plainAnswer)
    {
        await using TlsLikeServer server = new(plainAnswer);
        UsageException refusal = Assert.Throws<UsageException>(() => SwarmRuns.Direct(SwarmRuns.Short, server.Target));

        Assert.Contains("speaks TLS, which load does not", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_other_than_2xx_is_an_answer_and_an_http_error()
    {
        await using TestServer server = new(TestServer.Text("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nX-Worker: 1\r\n\r\n"));
        LoadDocument document = await SwarmRuns.Run(SwarmRuns.Short, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(0, document.Requests);
        Assert.True(document.ErrorsHttp > 0);
        Assert.Equal(document.Life.Answers, SwarmRuns.Errors(document, "answer", "http-503"));

        // A fast refusal is no fast answer.
        Assert.Null(document.LatencyP50Us);
        Assert.Equal(0, document.Timeline.Sum(p => p.Requests));
        Assert.Equal(server.Requests, document.AnswersByWorker["1"]);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_timeout_after_that_time()
    {
        await using TestServer server = new(TestServer.After(TimeSpan.FromSeconds(20), TestServer.Ok));
        LoadSettings settings = SwarmRuns.Short with { Timeout = Duration.FromMilliseconds(50) };
        LoadDocument document = await SwarmRuns.Run(settings, server);

        SwarmRuns.CountsBalance(document);
        Assert.Equal(document.Life.FailedRequests, SwarmRuns.Errors(document, "first_byte", "timeout"));

        // 8 connections for 400 ms and the drain: one request each 51 ms at most.
        Assert.InRange(document.Life.FailedRequests, 8, 8 * 10);
        Assert.Equal(0, document.Life.Answers);
    }

    [Fact]
    public async Task A_server_that_keeps_a_connection_it_was_asked_to_close_is_a_timeout_of_the_close() => await BusyHost.OneOfFew(
        async () =>
        {
            await using TestServer server = new(TestServer.Ok) { ClosesWhenAsked = false };
            LoadSettings settings = SwarmRuns.Short with
            {
                Workload = Workload.Connect,
                Close = ConnectionClose.Server,
                Timeout = Duration.FromMilliseconds(150),
            };
            LoadDocument document = await SwarmRuns.Run(settings, server);

            // On a busy host an answer may come too late as well.
            SwarmRuns.CountsBalance(document);
            Assert.Equal(document.Life.Answers, SwarmRuns.Errors(document, "close", "timeout"));
            Assert.Equal(document.Life.FailedRequests, SwarmRuns.Errors(document, "first_byte", "timeout"));
            return document;
        },
        document => Assert.True(document.ErrorsTimeout > 0));

    [Fact]
    public void A_target_that_refuses_is_one_line_before_the_start()
    {
        foreach (double? rate in (double?[])[null, 100])
        {
            UsageException refusal = Assert.Throws<UsageException>(
                () => SwarmRuns.Direct(SwarmRuns.Short with { Rate = rate, Workload = Workload.Connect }, TestServer.Nobody()));
            Assert.Contains("ECONNREFUSED", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal.Message);
        }
    }

    public static TheoryData<LoadSettings, string> Impossible { get; } = new()
    {
        { SwarmRuns.Short with { Rate = 0 }, "rate: 0" },
        { SwarmRuns.Short with { Connections = 900_000 }, "connections: 900000 need" },
        { SwarmRuns.Short with { Cpus = CpuList.Parse("8000", "cpus") }, "cpus: 8000 is not a CPU that this process may use (EINVAL)" },
        { SwarmRuns.Short with { Sources = AddressSet.Parse("192.0.2.7", "sources") }, "sources: 192.0.2.7 cannot be bound here (EADDRNOTAVAIL)" },
        { SwarmRuns.Short with { Sources = AddressSet.Parse("::1", "sources") }, "not of the family of the target" },
        {
            SwarmRuns.Short with { SourcePlan = SourcePlan.Parse("random", "plan"), SourcePorts = new PortRange(50_000, 50_003) },
            "has 4 client addresses and ports for 8 connections"
        },
    };

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public async Task What_cannot_be_done_is_one_line_that_says_so(LoadSettings settings, string saying)
    {
        await using TestServer server = new(TestServer.Ok);
        UsageException refusal = Assert.Throws<UsageException>(() => SwarmRuns.Direct(settings, server.Target));

        Assert.Contains(saying, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal(0, server.Accepted);
    }

    [Fact]
    public async Task A_port_range_with_nothing_free_is_one_line_that_says_so()
    {
        await using TestServer server = new(TestServer.Ok);
        await using TestServer taken = new(TestServer.Ok);
        LoadSettings settings = SwarmRuns.Short with
        {
            Connections = 1,
            SourcePlan = SourcePlan.Parse("sequential", "plan"),
            Sources = AddressSet.Parse("127.0.0.1", "sources"),
            SourcePorts = new PortRange(taken.Port, taken.Port),
        };
        UsageException refusal = Assert.Throws<UsageException>(() => SwarmRuns.Direct(settings, server.Target));

        Assert.Contains($"none of the ports {taken.Port}-{taken.Port} is free", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData(":80")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("::1:80")] // Ambiguous without brackets.
    [InlineData("no-such-host.invalid:80")]
    public void A_target_that_names_nothing_is_one_line(string target)
    {
        UsageException refusal = Assert.Throws<UsageException>(() => Target.Resolve(target, AddressSet.Any));
        Assert.StartsWith("target: ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    /// <summary>IPv4 first; a literal is of one family, but for the address on which a listener takes both.</summary>
    [Fact]
    public void Clients_of_both_families_take_an_address_of_each()
    {
        LoadSettings both = new() { DualStack = true };
        Target target = Target.Resolve("[::]:80", both);
        Assert.Equal(("127.0.0.1:80", "[::1]:80"), ($"{target.Address}", $"{target.OtherFamily}"));
        Assert.Null(Target.Resolve("[::]:80", both with { DualStack = false }).OtherFamily);
        UsageException refusal = Assert.Throws<UsageException>(() => Target.Resolve("127.0.0.1:80", both));
        Assert.StartsWith("target: 127.0.0.1 is of one family", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("[::1]:8080", "[::1]:8080")]
    public void Addresses_of_both_families_are_targets(string text, string address) =>
        Assert.Equal(address, Target.Resolve(text, AddressSet.Any).Address.ToString());

    [Fact]
    public void A_host_name_is_resolved_to_the_family_of_the_sources() =>
        Assert.Equal("127.0.0.1:80", Target.Resolve("localhost:80", AddressSet.Parse("127.0.0.2", "sources")).Address.ToString());
}
