using BenchmarkDotNet.Attributes;
using ReuseBench.Core.Cells;
using ReuseBench.LoadGen.Clients;
using ReuseBench.Servers.Http;
using ParseOutcome = ReuseBench.Servers.Http.ParseOutcome;

namespace ReuseBench.Micro.Benchmarks;

/// <summary>Whose request it is.</summary>
public enum RequestSender
{
    Swarm,
    Curl,
    Browser,
}

/// <summary>The responder's parser on one request, whole and in two pieces.</summary>
public class RequestParse
{
    private const string Host = "127.0.0.1:8080";

    private byte[] _request = [];
    private int _half;

    [Params(RequestSender.Swarm, RequestSender.Curl, RequestSender.Browser)]
    public RequestSender Sender { get; set; }

    [GlobalSetup]
    public void MakeRequest()
    {
        _request = Sender switch
        {
            RequestSender.Swarm => new RequestBytes(new LoadSettings(), Host).Of(closes: false),
            RequestSender.Curl => [.. "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\n\r\n"u8],
            _ =>
            [
                .. "GET /index.html?page=2 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: keep-alive\r\n"u8,
                .. "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n"u8,
                .. "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"u8,
                .. "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9\r\nCookie: session=0123456789abcdef\r\n\r\n"u8,
            ],
        };
        _half = _request.Length / 2;
    }

    [Benchmark(Description = "parse, whole")]
    public int Whole()
    {
        RequestParser parser = default;
        Require(parser.Advance(_request, out int consumed));
        return consumed;
    }

    [Benchmark(Description = "parse, in two pieces")]
    public int InTwoPieces()
    {
        RequestParser parser = default;
        parser.Advance(_request.AsSpan(0, _half), out int first);
        Require(parser.Advance(_request.AsSpan(_half), out int second));
        return first + second;
    }

    private static void Require(ParseOutcome outcome)
    {
        if (outcome != ParseOutcome.Request)
        {
            throw new InvalidOperationException($"the request was not taken for one: {outcome}");
        }
    }
}
