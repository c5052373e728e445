using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Tests.Clients;

public sealed class ResponseParserTests
{
    /// <summary>Answer, whether its end is the end of the stream, status, whether the connection is kept, worker.</summary>
    public static TheoryData<string, bool, int, bool, string> WholeAnswers { get; } = new()
    {
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Worker: 3\r\n\r\nhello", false, 200, true, "3" },
        { "HTTP/1.1 200 OK\r\ncontent-length:5\r\nx-wORKER:  w 1 \t\r\n\r\nhello", false, 200, true, "w 1" },
        { "HTTP/1.1 200 OK\r\nX-Worker: 0\r\nContent-Length: 0\r\n\r\n", false, 200, true, "0" },
        { "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", false, 200, true, "" },
        { "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", false, 200, true, "" },
        { "HTTP/1.1 204 No Content\r\nX-Worker: 1\r\n\r\n", false, 204, true, "1" },
        { "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", false, 304, true, "" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false, 200, true, "" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, CHUNKED\r\nX-Worker: 2\r\n\r\nA;name=\"v\"\r\n0123456789\r\n1\r\nx\r\n0\r\nTrailer: "
            + "1\r\n\r\n", false, 200, true, "2" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false, 200, true, "" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", false, 200, false, "" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: upgrade, Close\r\n\r\nok", false, 200, false, "" },
        { "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200, false, "" },
        { "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nok", false, 200, true, "" },
        { "HTTP/1.1 200 OK\r\nX-Worker: 5\r\n\r\nuntil the end", true, 200, false, "5" },
        { "HTTP/1.0 200 OK\r\n\r\n", true, 200, false, "" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nuntil the end", true, 200, false, "" },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200, true, "" },
        { "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", false, 503, true, "" },
        { "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nnot", false, 404, true, "" },
    };

    public static TheoryData<string, string> MalformedAnswers { get; } = new()
    {
        { "HTTP/2 200 OK\r\n\r\n", "not version 1" },
        { "SSH-2.0-OpenSSH\r\n", "not HTTP" },
        { "HTTP/1.1 20 OK\r\n\r\n", "a status of two digits" },
        { "HTTP/1.1 2000 OK\r\n\r\n", "a status of four digits" },
        { "HTTP/1.1 099 OK\r\n\r\n", "a status below 100" },
        { "HTTP/1.1-200 OK\r\n\r\n", "no blank before the status" },
        { "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a field without a colon" },
        { "HTTP/1.1 200 OK\r\n: value\r\n\r\n", "a field without a name" },
        { "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n", "a length in words" },
        { "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "a negative length" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "a length beyond 64 bits" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "two lengths" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay", "more than its length" },
        { "HTTP/1.1 204 No Content\r\n\r\nx", "a body where there is none" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "a chunk size that is no number" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "no chunk size" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc", "a chunk longer than its size" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx", "bytes after the last chunk" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1234567890abcdef\r\n", "a chunk size beyond 64 bits" },
    };

    [Theory]
    [MemberData(nameof(WholeAnswers))]
    public void An_answer_is_understood_wherever_it_is_split(string answer, bool endsWithStream, int status, bool keepAlive, string worker)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(answer);
        Feeder whole = new();
        Check(whole, whole.Feed([bytes], endsWithStream));
        Feeder single = new();
        Check(single, single.Feed([.. bytes.Select(b => new[] { b })], endsWithStream));
        for (int at = 1; at < bytes.Length; at++)
        {
            Feeder split = new();
            Check(split, split.Feed([bytes[..at], bytes[at..]], endsWithStream));
        }

        void Check(Feeder feeder, ParseOutcome outcome)
        {
            Assert.Equal(ParseOutcome.Complete, outcome);
            Assert.Equal(status, feeder.Parser.Status);
            Assert.Equal(keepAlive, feeder.Parser.KeepAlive);
            Assert.Equal(worker, feeder.WorkerName);
            feeder.Parser.Reset(feeder.Reading);
            Assert.Equal(0, feeder.Reading.Lent);
        }
    }

    [Theory]
    [MemberData(nameof(MalformedAnswers))]
    public void What_is_not_an_answer_is_malformed_wherever_it_is_split(string answer, string reason)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(answer);
        Assert.True(new Feeder().Feed([bytes], endsWithStream: false) == ParseOutcome.Malformed, reason);
        for (int at = 1; at < bytes.Length; at++)
        {
            Assert.True(new Feeder().Feed([bytes[..at], bytes[at..]], endsWithStream: false) == ParseOutcome.Malformed, $"{reason}, split at {at}");
        }
    }

    [Theory]
    [MemberData(nameof(WholeAnswers))]
    public void An_answer_cut_short_is_never_complete(string answer, bool endsWithStream, int status, bool keepAlive, string worker)
    {
        _ = (status, keepAlive, worker);
        byte[] bytes = Encoding.ASCII.GetBytes(answer);

        // Only an answer that ends with the stream may be cut within its body without anyone noticing.
        int cuts = endsWithStream ? answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4 : bytes.Length;
        for (int length = 1; length < cuts; length++)
        {
            Assert.Equal(ParseOutcome.Malformed, new Feeder().Feed([bytes[..length]], endsWithStream: true));
        }
    }

    [Fact]
    public void Random_answers_in_random_pieces_parse_as_the_whole_does()
    {
        Gen<byte[]> bodies = from length in Gen.Choose(0, 400) select Enumerable.Repeat((byte)'b', length).ToArray();
        Gen<(byte[] Answer, int Status, int[] Cuts)> cases =
            from body in bodies
            from chunked in Gen.Elements(true, false)
            from status in Gen.Elements(200, 201, 404, 500)
            from chunk in Gen.Choose(1, 50)
            from padding in Gen.Choose(0, 300)
            from cuts in Gen.ListOf(Gen.Choose(0, 900))
            select (Compose(status, body, chunked, chunk, padding), status, cuts.ToArray());

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            int[] cuts = [0, .. c.Cuts.Where(cut => cut < c.Answer.Length).Order(), c.Answer.Length];
            byte[][] pieces = [.. cuts.Zip(cuts.Skip(1), (from, to) => c.Answer[from..to]).Where(p => p.Length > 0)];
            Feeder feeder = new();
            return feeder.Feed(pieces, endsWithStream: false) == ParseOutcome.Complete
                && feeder.Parser.Status == c.Status
                && feeder.WorkerName == "12";
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(ResponseReading.MaxHeadBytes - 10, false)]
    [InlineData(ResponseReading.MaxHeadBytes + 10, true)]
    public void A_head_in_pieces_may_be_64_kibibytes_long(int length, bool malformed)
    {
        byte[] head = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX: " + new string('x', length - 22));
        byte[][] pieces = [head[..100], head[100..]];
        ParseOutcome outcome = new Feeder().Feed(pieces, endsWithStream: false);

        Assert.Equal(malformed ? ParseOutcome.Malformed : ParseOutcome.NeedsMore, outcome);
    }

    private static byte[] Compose(int status, byte[] body, bool chunked, int chunk, int padding)
    {
        StringBuilder text = new($"HTTP/1.1 {status} X\r\nPadding: {new string('p', padding)}\r\nX-Worker: 12\r\n");
        if (!chunked)
        {
            return Encoding.ASCII.GetBytes($"{text}Content-Length: {body.Length}\r\n\r\n{Encoding.ASCII.GetString(body)}");
        }

        text.Append("Transfer-Encoding: chunked\r\n\r\n");
        foreach (byte[] piece in body.Chunk(chunk))
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{piece.Length:x}\r\n{Encoding.ASCII.GetString(piece)}\r\n");
        }

        return Encoding.ASCII.GetBytes($"{text}0\r\n\r\n");
    }

    /// <summary>A parser with what it needs beside it.</summary>
    private sealed class Feeder
    {
        public ResponseParser Parser;

        public Feeder()
        {
            Reading = new ResponseReading("X-Worker", new WorkerTable());
            Parser.Reset(Reading);
        }

        public ResponseReading Reading { get; }

        public string WorkerName
        {
            get
            {
                if (Parser.Worker == WorkerTable.None)
                {
                    return "";
                }

                Reading.Workers.CountAnswer(Parser.Worker);
                SortedDictionary<string, long> answers = [];
                Reading.Workers.AddTo(answers, []);
                return answers.Single(a => a.Value == 1).Key;
            }
        }

        public ParseOutcome Feed(byte[][] pieces, bool endsWithStream)
        {
            ParseOutcome outcome = ParseOutcome.NeedsMore;
            foreach (byte[] piece in pieces)
            {
                // Complete too early is as wrong as malformed: the rest would be bytes that nobody asked for.
                outcome = outcome == ParseOutcome.NeedsMore ? Parser.Feed(piece, Reading) : ParseOutcome.Malformed;
                if (outcome == ParseOutcome.Malformed)
                {
                    return outcome;
                }
            }

            return outcome == ParseOutcome.NeedsMore && endsWithStream ? Parser.End() : outcome;
        }
    }
}
