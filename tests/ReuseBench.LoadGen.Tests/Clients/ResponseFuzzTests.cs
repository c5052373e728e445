using System.Text;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;
using ReuseBench.Shared;

namespace ReuseBench.LoadGen.Tests.Clients;

public sealed class ResponseFuzzTests
{
    [Fact]
    public void Whatever_a_server_answers_is_whole_or_malformed_and_every_buffer_comes_back()
    {
        byte[][] answers = [.. ResponseParserTests.WholeAnswers.Select(row => Encoding.Latin1.GetBytes(row.Data.Item1))];
        ResponseReading reading = new("X-Worker", new WorkerTable());
        new Mutations(2, answers).Try(5_000, (input, random) =>
        {
            ResponseParser parser = default;
            parser.Reset(reading);
            ParseOutcome outcome = ParseOutcome.NeedsMore;
            for (int at = 0; at < input.Length && outcome == ParseOutcome.NeedsMore;)
            {
                int given = Math.Min(input.Length - at, random.Next(1, 64));
                outcome = parser.Feed(input.AsSpan(at, given), reading);
                at += given;
            }

            if (outcome == ParseOutcome.NeedsMore)
            {
                Assert.NotEqual(ParseOutcome.NeedsMore, parser.End());
            }

            parser.Reset(reading);
            Assert.Equal(0, reading.Lent);
        });
    }
}
