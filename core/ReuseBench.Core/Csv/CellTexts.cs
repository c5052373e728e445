using System.Globalization;
using CsvHelper;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Core.Csv;

/// <summary>A type of value as the text of a field. CSV is the only border where values are text.</summary>
internal interface ICellText<T>
{
    void Write(CsvWriter csv, T value);

    /// <exception cref="FormatException">The field holds no such value; the message says what it should be.</exception>
    T Read(CsvReader csv, int field);

    /// <exception cref="FormatException">Likewise.</exception>
    T Parse(string text);
}

/// <summary>
/// The one converter of each type. Invariant culture; a null is an empty field both ways. What comes from outside is checked: numbers are
/// finite, whole
/// numbers are counts and so not below 0, texts are not longer than their column allows.
/// </summary>
internal static class CellTexts
{
    /// <param name="type">Of the value.</param>
    /// <param name="maxLength">Characters of a text.</param>
    /// <param name="empty">What an empty field is where the type is a text: null or nothing.</param>
    public static object Of(Type type, int maxLength, string? empty)
    {
        if (type == typeof(string))
        {
            return new StringText(maxLength, empty);
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Activator.CreateInstance(typeof(NullableText<>).MakeGenericType(inner), Of(inner, maxLength, empty))!;
        }

        return type.IsEnum ? Activator.CreateInstance(typeof(EnumText<>).MakeGenericType(type))!
            : type == typeof(int) ? new IntText()
            : type == typeof(long) ? new LongText()
            : type == typeof(ulong) ? new ULongText()
            : type == typeof(double) ? new DoubleText()
            : type == typeof(bool) ? new BoolText()
            : type == typeof(Duration) ? new DurationText()
            : type == typeof(Verdict) ? new VerdictText()
            : throw new NotSupportedException($"{type}: no converter; add one to {nameof(CellTexts)}");
    }

    private static FormatException Not(string what, string text) =>
        new(text.Length == 0 ? $"is empty, and must be {what}" : $"'{TextFromOutside.Clip(text)}' is not {what}");

    private sealed class IntText : ICellText<int>
    {
        private const string What = "a whole number from 0";

        public void Write(CsvWriter csv, int value) => csv.WriteField(value);

        public int Read(CsvReader csv, int field) => csv.TryParse(field, out int value) && value >= 0 ? value : throw Not(What, csv.GetString(field));

        public int Parse(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : throw Not(What, text);
    }

    /// <summary>A count. So many that thousands of them still have a sum.</summary>
    private sealed class LongText : ICellText<long>
    {
        private const long Most = 1_000_000_000_000_000;

        private const string What = "a whole number from 0 to 1000000000000000";

        public void Write(CsvWriter csv, long value) => csv.WriteField(value);

        public long Read(CsvReader csv, int field) =>
            csv.TryParse(field, out long value) && value is >= 0 and <= Most ? value : throw Not(What, csv.GetString(field));

        public long Parse(string text) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= Most ? value : throw Not(What, text);
    }

    private sealed class ULongText : ICellText<ulong>
    {
        public void Write(CsvWriter csv, ulong value) => csv.WriteField(value);

        public ulong Read(CsvReader csv, int field) => Parse(csv.GetString(field));

        public ulong Parse(string text) =>
            ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : throw Not("a whole number from 0", text);
    }

    private sealed class DoubleText : ICellText<double>
    {
        private const string What = "a finite number";

        public void Write(CsvWriter csv, double value) => csv.WriteField(value);

        public double Read(CsvReader csv, int field) =>
            csv.TryParse(field, out double value) && double.IsFinite(value) ? value : throw Not(What, csv.GetString(field));

        public double Parse(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
                ? value
                : throw Not(What, text);
    }

    /// <summary><c>yes</c> or <c>no</c>; version 1 also wrote <c>true</c> and <c>false</c>.</summary>
    private sealed class BoolText : ICellText<bool>
    {
        public void Write(CsvWriter csv, bool value) => csv.WriteField(value ? "yes" : "no");

        public bool Read(CsvReader csv, int field) => Parse(csv.GetString(field));

        public bool Parse(string text) => text.ToLowerInvariant() switch
        {
            "yes" or "true" => true,
            "no" or "false" => false,
            _ => throw Not("yes or no", text),
        };
    }

    private sealed class StringText(int maxLength, string? empty) : ICellText<string?>
    {
        public void Write(CsvWriter csv, string? value) => csv.WriteField(value ?? "");

        public string? Read(CsvReader csv, int field) => csv.IsEmpty(field) ? empty : Parse(csv.GetString(field));

        public string? Parse(string text) => text.Length == 0 ? empty
            : text.Length <= maxLength ? text
            : throw new FormatException($"has {text.Length} characters, and at most {maxLength} are allowed");
    }

    private sealed class EnumText<T> : ICellText<T>
        where T : struct, Enum
    {
        public void Write(CsvWriter csv, T value) => csv.WriteField(Names.Of(value));

        public T Read(CsvReader csv, int field) => Parse(csv.GetString(field));

        public T Parse(string text) => Names.TryParse(text, out T value) ? value : throw Not($"one of {string.Join(", ", Names.All<T>())}", text);
    }

    /// <summary>Milliseconds: a column of a duration ends in <c>_ms</c>.</summary>
    private sealed class DurationText : ICellText<Duration>
    {
        private readonly DoubleText _number = new();

        public void Write(CsvWriter csv, Duration value) => csv.WriteField(value.Milliseconds);

        public Duration Read(CsvReader csv, int field) => Duration.FromMilliseconds(_number.Read(csv, field));

        public Duration Parse(string text) => Duration.FromMilliseconds(_number.Parse(text));
    }

    /// <summary>The codes of the reasons; empty where there is none.</summary>
    private sealed class VerdictText : ICellText<Verdict>
    {
        public void Write(CsvWriter csv, Verdict value) => csv.WriteField(value.Codes);

        public Verdict Read(CsvReader csv, int field) => Parse(csv.GetString(field));

        public Verdict Parse(string text) => Verdict.Parse(text);
    }

    private sealed class NullableText<T>(ICellText<T> inner) : ICellText<T?>
        where T : struct
    {
        public void Write(CsvWriter csv, T? value)
        {
            if (value is T given)
            {
                inner.Write(csv, given);
            }
            else
            {
                csv.WriteField("");
            }
        }

        public T? Read(CsvReader csv, int field) => csv.IsEmpty(field) ? null : inner.Read(csv, field);

        public T? Parse(string text) => text.Length == 0 ? null : inner.Parse(text);
    }
}
