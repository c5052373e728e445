using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ReuseBench.Servers.Http;

namespace ReuseBench.Servers.Tests;

public sealed class RequestParserTests
{
    private static readonly string[] Pieces =
    [
        "GET", "HEAD", "POST", "get", " ", "  ", "/", "/a?b", "*", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/1.x", "\r\n", "\r\n", "\r\n\r\n", "\n", "\r",
        "Host: x\r\n", "Connection: close\r\n", "connection: Keep-Alive, te\r\n", "Content-Length: 5\r\n", "content-length:0\r\n", "Content-Length: x\r\n",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n", "Expect: 100-continue\r\n", ": x\r\n", " folded\r\n",
            "X-Long: " + new string('y', 5000) + "\r\n",
        "hello", "5\r\nhello\r\n", "0\r\n\r\n", "1;ext=1\r\na\r\n", "0\r\nTrailer: t\r\n\r\n", "\0", "\u007f", "GET / HTTP/1.1\r\n\r\n",
            "HEAD / HTTP/1.0\r\n\r\n",
    ];

    private static readonly ParseOutcome[] Unfinished = [ParseOutcome.NeedMore, ParseOutcome.NeedMoreAfterContinue];

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true, "the usual request")]
    [InlineData("GET / HTTP/1.1\n\n", true, "line feeds alone end lines")]
    [InlineData("\r\n\r\nGET / HTTP/1.1\r\n\r\n", true, "empty lines before a request are skipped")]
    [InlineData("OPTIONS * HTTP/1.1\r\n\r\n", true, "any method and target")]
    [InlineData("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false, "close asked for")]
    [InlineData("GET / HTTP/1.1\r\nconnection:  TE , CLOSE \r\n\r\n", false, "one member of a list, any case")]
    [InlineData("GET / HTTP/1.1\r\nConnection: closed\r\n\r\n", true, "another word that begins alike")]
    [InlineData("GET / HTTP/1.1\r\nX-Connection: close\r\n\r\n", true, "another field that ends alike")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", false, "HTTP/1.0 closes")]
    [InlineData("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, "HTTP/1.0 keeps alive when asked")]
    [InlineData("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false, "close wins")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", true, "a body is read over")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\nhello", true, "the same length twice is one length")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=1\r\n0123456789\r\n0\r\nT: "
        + "1\r\n\r\n", true, "a chunked body is read over")]
    public void A_request_is_complete_at_its_last_byte(string text, bool keepAlive, string reason)
    {
        RequestParser parser = default;
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        Assert.Contains(parser.Advance(bytes.AsSpan(0, bytes.Length - 1), out int consumed), Unfinished);
        Assert.Equal(bytes.Length - 1, consumed);
        Assert.True(ParseOutcome.Request == parser.Advance(bytes.AsSpan(bytes.Length - 1), out _), reason);
        Assert.Equal(keepAlive, parser.KeepAlive);
        Assert.False(parser.IsMidRequest);
    }

    [Theory]
    [InlineData("\u0016\u0003\u0001", 400, "a TLS handshake")]
    [InlineData("GET\r\n", 400, "no target")]
    [InlineData("GET  / HTTP/1.1\r\n", 400, "two blanks")]
    [InlineData("GET /\r\n", 400, "HTTP/0.9")]
    [InlineData("GET / HTTP/1.1 \r\n", 400, "blank behind the version")]
    [InlineData("GET / FTP/1.1\r\n", 400, "another protocol")]
    [InlineData("GET / HTTP/2.0\r\n", 505, "a version that is not spoken here")]
    [InlineData("GET / HTTP/1.1\r\nNo colon\r\n", 400, "a field without colon")]
    [InlineData("GET / HTTP/1.1\r\nHost : x\r\n", 400, "blank before the colon")]
    [InlineData("GET / HTTP/1.1\r\n: x\r\n", 400, "a field without name")]
    [InlineData("GET / HTTP/1.1\r\nA: b\r\n c\r\n", 400, "a folded field")]
    [InlineData("GET / HTTP/1.1\r\nA: b\rc\r\n", 400, "a lone carriage return")]
    [InlineData("GET / HTTP/1.1\r\nA: b\0c\r\n", 400, "a NUL")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: \r\n", 400, "an empty length")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: -1\r\n", 400, "a length below zero")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n", 400, "a length beyond 64 bits")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n", 400, "two lengths")]
    [InlineData("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400, "length and chunked")]
    [InlineData("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n", 400, "chunked and length")]
    [InlineData("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n", 400, "chunked in HTTP/1.0")]
    [InlineData("GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n", 501, "a coding that is not spoken here")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, "a chunk size that is none")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400, "a chunk longer than its size")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400, "a chunk size beyond 64 bits")]
    public void What_cannot_be_served_is_refused_with_its_status(string text, int status, string reason)
    {
        RequestParser parser = default;
        Assert.True(ParseOutcome.Refused == parser.Advance(Encoding.Latin1.GetBytes(text), out _), reason);
        Assert.Equal(status, (int)parser.Refusal);
    }

    [Fact]
    public void A_head_of_sixteen_kibibytes_is_served_and_one_byte_more_refused()
    {
        const string Start = "GET / HTTP/1.1\r\nA: ";
        string longest = Start + new string('a', RequestParser.MaxHeadBytes - Start.Length - 4) + "\r\n\r\n";
        RequestParser parser = default;
        Assert.Equal(ParseOutcome.Request, parser.Advance(Encoding.Latin1.GetBytes(longest), out _));

        RequestParser other = default;
        Assert.Equal(ParseOutcome.Refused, other.Advance(Encoding.Latin1.GetBytes(longest.Replace("A: ", "A: a", StringComparison.Ordinal)), out _));
        Assert.Equal(Refusal.HeaderTooLarge, other.Refusal);
    }

    [Fact]
    public void Empty_lines_without_end_are_refused()
    {
        RequestParser parser = default;
        byte[] lines = Encoding.Latin1.GetBytes(new string('\n', RequestParser.MaxHeadBytes + 1));
        Assert.Equal(ParseOutcome.Refused, parser.Advance(lines, out _));
    }

    [Fact]
    public void A_waiting_client_is_told_to_continue_once()
    {
        RequestParser parser = default;
        byte[] head = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"u8.ToArray();
        Assert.Equal(ParseOutcome.NeedMoreAfterContinue, parser.Advance(head, out _));
        Assert.Equal(ParseOutcome.NeedMore, parser.Advance("a"u8, out _));
        Assert.Equal(ParseOutcome.Request, parser.Advance("b"u8, out _));
    }

    [Fact]
    public void A_client_that_has_sent_its_body_is_not_told_to_continue()
    {
        RequestParser parser = default;
        byte[] all = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab"u8.ToArray();
        Assert.Equal(ParseOutcome.Request, parser.Advance(all, out _));
    }

    /// <summary>Random strings of pieces of requests, cut at random places: the outcomes are those of the whole.</summary>
    [Fact]
    public void A_split_at_any_byte_gives_the_outcome_of_the_whole()
    {
        var inputs =
            from pieces in Gen.Elements(Pieces).ListOf(24)
            from cuts in Gen.Choose(1, 40).ListOf(12)
            select (Text: string.Concat(pieces), Cuts: cuts.ToArray());
        var requests =
            from start in Gen.Elements("GET / HTTP/1.1\r\n", "HEAD /x HTTP/1.0\r\n")
            from rest in inputs
            select (Text: start + rest.Text, rest.Cuts);
        Prop.ForAll(
            Gen.OneOf(inputs, requests).ToArbitrary(),
            input => Assert.Equal(OutcomesOf(input.Text, [int.MaxValue]), OutcomesOf(input.Text, input.Cuts)))
                .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    /// <summary>Every outcome with where it came and what the answer would depend on.</summary>
    private static List<string> OutcomesOf(string text, int[] cuts)
    {
        ReadOnlySpan<byte> rest = Encoding.Latin1.GetBytes(text);
        List<string> outcomes = [];
        RequestParser parser = default;
        int at = 0;
        for (int cut = 0; !rest.IsEmpty; cut++)
        {
            ReadOnlySpan<byte> piece = rest[..Math.Min(cuts[cut % cuts.Length], rest.Length)];
            rest = rest[piece.Length..];
            while (!piece.IsEmpty)
            {
                ParseOutcome outcome = parser.Advance(piece, out int consumed);
                at += consumed;
                piece = piece[consumed..];
                if (outcome == ParseOutcome.Refused)
                {
                    // Where exactly a refusal is noticed within its word is no part of the promise.
                    outcomes.Add($"refused {parser.Refusal}");
                    return outcomes;
                }

                if (outcome == ParseOutcome.Request)
                {
                    outcomes.Add($"request at {at} head={parser.IsHead} keep={parser.KeepAlive} http10={parser.IsHttp10}");
                }
            }
        }

        outcomes.Add(parser.IsMidRequest ? "unfinished" : "done");
        return outcomes;
    }
}
