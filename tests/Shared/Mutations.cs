using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ReuseBench.Shared;

/// <summary>
/// Damaged and hostile input for a reader, made from samples of good input by a seeded generator: the same seed and number give the same input, so
/// that a failure can be repeated. Bytes are flipped, cut, doubled, moved from sample to sample; numbers become extreme; what parsers live by (line
/// ends, quotes, brackets, NUL) turns up anywhere.
/// </summary>
internal sealed class Mutations(ulong seed, params IReadOnlyList<byte[]> samples)
{
    /// <summary>Multiplies the number of inputs of every reader; 1 where it is not set.</summary>
    private const string Factor = "REUSEBENCH_FUZZ_FACTOR";

    /// <summary>A file that gets a line for each reader: inputs, seconds, name of the test.</summary>
    private const string Counts = "REUSEBENCH_FUZZ_COUNTS";

    private const int MaxBytes = 1 << 20;
    private const int MostChanges = 4;

    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "", "\0", "\r\n", "\n\n", "\r", "\t", " ", "  ", ",", ";", ":", "=", "\"", "\"\"", "'", "{", "}", "[", "]", "[[[[", "(", ")", "-", "+", "%",
            "&", "*", "#",
            "|", "/", "\\", "..", "../", "\u001b[2J", "\u00e9", "\ufeff", "\ud7ff", "null", "true", "NaN", "Infinity", "-0", "0", "1e308", "-1e308", "1e-320",
            "0x7f",
            "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "18446744073709551616", "99999999999999999999999999",
            "65535", "65536", "-1", "0.0.0.0", "::", "[::]:0", "0-4294967295", "1s", "1ns", "999999999h", "!!binary", "&a", "*a", "<<:", "---", "...",
            "HTTP/1.1 ",
            "Content-Length: ", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Expect: 100-continue\r\n", "\r\n\r\n", "0\r\n\r\n",
            "ffffffffffffffff\r\n",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff, 0xfe], [0xc3], [0xed, 0xa0, 0x80],
    ];

    /// <param name="usual">Inputs of a usual test run.</param>
    /// <returns>Inputs to try.</returns>
    public static int Count(int usual) =>
        usual * (int.TryParse(Environment.GetEnvironmentVariable(Factor), NumberStyles.None, CultureInfo.InvariantCulture, out int factor) ? factor : 1);

    /// <summary>Tries a reader on that many inputs: it reads them, or refuses them by one of these exceptions.</summary>
    /// <param name="usual">As of <see cref="Count"/>.</param>
    /// <param name="read">The reader. The random numbers are for how it is given the input, such as in which pieces.</param>
    /// <param name="refusals">The exceptions that its callers know.</param>
    public void Try(int usual, Action<byte[], Random> read, params Type[] refusals)
    {
        int count = Count(usual);
        Stopwatch clock = Stopwatch.StartNew();
        for (int number = 0; number < count; number++)
        {
            (byte[] input, Random random) = Make(number);
            try
            {
                read(input, random);
            }
            catch (Exception e) when (refusals.Contains(e.GetType()))
            {
                // What the caller knows.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, input {number}: {e}\n{Shown(input)}");
            }
        }

        if (Environment.GetEnvironmentVariable(Counts) is { Length: > 0 } file)
        {
            File.AppendAllText(file, $"{count}\t{clock.Elapsed.TotalSeconds:0.0}\t{TestContext.Current.Test?.TestDisplayName}\n");
        }
    }

    /// <summary>One input and the random numbers that go on behind it.</summary>
    public (byte[] Input, Random Random) Make(int number)
    {
        Random random = new(HashCode(number));
        List<byte> input = [.. samples[random.Next(samples.Count)]];
        for (int change = random.Next(1, MostChanges + 1); change > 0; change--)
        {
            Change(input, random);
        }

        return ([.. input.Take(MaxBytes)], random);
    }

    private int HashCode(int number) => unchecked((int)((seed * 0x9E37_79B9_7F4A_7C15UL) ^ ((ulong)number * 0xBF58_476D_1CE4_E5B9UL) >> 16));

    private void Change(List<byte> input, Random random)
    {
        int at = random.Next(input.Count + 1);
        int length = Math.Min(input.Count - at, random.Next(1, random.Next(2) == 0 ? 4 : 64));
        switch (random.Next(9))
        {
            case 0 when length > 0:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                input.RemoveRange(at, length);
                break;
            case 2:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 3:
                byte[] other = samples[random.Next(samples.Count)];
                int from = random.Next(other.Length + 1);
                input.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, random.Next(1, 200))).ToArray());
                break;
            case 4:
                input.RemoveRange(at, input.Count - at);
                break;
            case 5:
                Replace(input, random, IsDigit);
                break;
            case 6:
                Replace(input, random, IsWord);
                break;
            case 7:
                byte[] piece = Pieces[random.Next(Pieces.Length)];
                input.InsertRange(at, Enumerable.Repeat(piece, random.Next(50) == 0 ? random.Next(5000) : random.Next(1, 4)).SelectMany(p => p));
                break;
            default:
                input.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                break;
        }
    }

    private static bool IsDigit(byte b) => char.IsAsciiDigit((char)b);

    private static bool IsWord(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'-';

    /// <summary>One whole number or word becomes something else.</summary>
    private static void Replace(List<byte> input, Random random, Predicate<byte> isPart)
    {
        int begin = input.FindIndex(random.Next(input.Count + 1), isPart);
        if (begin >= 0)
        {
            int end = input.FindIndex(begin, b => !isPart(b));
            input.RemoveRange(begin, (end < 0 ? input.Count : end) - begin);
            input.InsertRange(begin, Pieces[random.Next(Pieces.Length)]);
        }
    }

    private static string Shown(byte[] input) =>
        string.Concat(input.Take(4000).Select(b => b is >= 0x20 and < 0x7f ? ((char)b).ToString() : $"\\x{b:x2}"));
}
