using System.Text;
using ReuseBench.Servers.Http;
using ReuseBench.Shared;

namespace ReuseBench.Servers.Tests;

public sealed class RequestFuzzTests
{
    private static readonly byte[][] Requests =
    [
        .. new[]
        {
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD /a?b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: 1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    [Fact]
    public void Whatever_comes_is_a_request_or_refused_and_every_byte_is_read_once() => new Mutations(1, Requests).Try(5_000, (input, random) =>
    {
        RequestParser parser = default;
        for (int at = 0; at < input.Length;)
        {
            int given = Math.Min(input.Length - at, random.Next(1, 64));
            ParseOutcome outcome = parser.Advance(input.AsSpan(at, given), out int consumed);
            Assert.InRange(consumed, outcome == ParseOutcome.Refused ? 0 : 1, given);
            if (outcome == ParseOutcome.Refused)
            {
                Assert.NotEqual(Refusal.None, parser.Refusal);
                return;
            }

            at += consumed;
        }
    });
}
