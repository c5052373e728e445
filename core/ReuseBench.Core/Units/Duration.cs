using System.Globalization;

namespace ReuseBench.Core.Units;

/// <summary>A length of time, in whole nanoseconds, written <c>10s</c>, <c>500ms</c>, <c>50us</c>, <c>20ns</c>, <c>2m</c> or <c>1h</c>.</summary>
public readonly record struct Duration(long Nanoseconds) : IComparable<Duration>
{
    private static readonly (string Suffix, long Nanoseconds)[] Units =
    [
        ("ns", 1L), ("us", 1_000L), ("µs", 1_000L), ("ms", 1_000_000L), ("s", 1_000_000_000L), ("m", 60_000_000_000L), ("h", 3_600_000_000_000L),
    ];

    public static Duration Zero => default;

    public double Seconds => Nanoseconds / 1e9;

    public bool IsWholeSeconds => Nanoseconds % 1_000_000_000L == 0;

    public double Milliseconds => Nanoseconds / 1e6;

    public double Microseconds => Nanoseconds / 1e3;

    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks(Nanoseconds / 100);

    public static Duration FromSeconds(double seconds) => new((long)Math.Round(seconds * 1e9));

    public static Duration FromMilliseconds(double milliseconds) => new((long)Math.Round(milliseconds * 1e6));

    public static Duration FromMicroseconds(double microseconds) => new((long)Math.Round(microseconds * 1e3));

    /// <param name="text">A non-negative number followed by its unit; the number may have a fraction (<c>1.5s</c>).</param>
    /// <param name="duration">The length, rounded to the nanosecond; at most about 292 years.</param>
    public static bool TryParse(string? text, out Duration duration)
    {
        duration = default;
        if (text is null)
        {
            return false;
        }

        foreach ((string suffix, long nanoseconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && decimal.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                    out decimal number))
            {
                if (number > long.MaxValue / nanoseconds)
                {
                    return false;
                }

                duration = new Duration((long)Math.Round(number * nanoseconds));
                return true;
            }
        }

        return false;
    }

    /// <exception cref="UsageException">The text is not a duration.</exception>
    public static Duration Parse(string? text, string what) =>
        TryParse(text, out Duration duration)
            ? duration
            : throw new UsageException($"{what}: '{text}' is not a duration; write a number with its unit, such as 50us, 500ms, 10s, 5m or 2h");

    public int CompareTo(Duration other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public static bool operator <(Duration left, Duration right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Duration left, Duration right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Duration left, Duration right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Duration left, Duration right) => left.Nanoseconds >= right.Nanoseconds;

    public static Duration operator *(Duration duration, long times) => new(duration.Nanoseconds * times);

    public static Duration operator +(Duration left, Duration right) => new(left.Nanoseconds + right.Nanoseconds);

    /// <summary>The shortest exact spelling: the largest of s, ms, us, ns that leaves a whole number.</summary>
    public override string ToString() => Nanoseconds switch
    {
        0 => "0s",
        _ when IsWholeSeconds => $"{Nanoseconds / 1_000_000_000L}s",
        _ when Nanoseconds % 1_000_000L == 0 => $"{Nanoseconds / 1_000_000L}ms",
        _ when Nanoseconds % 1_000L == 0 => $"{Nanoseconds / 1_000L}us",
        _ => $"{Nanoseconds}ns",
    };
}
