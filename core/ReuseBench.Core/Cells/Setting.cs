using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>
/// One setting as text: the single place that ties a property to its command-line option, its key in a matrix and in
/// <c>run.json</c>, and the words of its help.
/// </summary>
/// <param name="Option">Option name without dashes, kebab-case.</param>
/// <param name="Key">Key in a matrix file, snake_case.</param>
/// <param name="Value">What stands for the value in help: <c>N</c>, <c>DURATION</c>, or the choices.</param>
/// <param name="Help">Meaning, unit, range, default; one line.</param>
/// <param name="Get">The value as text; null where it is unset.</param>
/// <param name="Set">The settings with the value read from text; throws <see cref="UsageException"/> for a text that is none.</param>
public sealed record Setting<T>(string Option, string Key, string Value, string Help, Func<T, string?> Get, Func<T, string, T> Set);

/// <summary>What the settings tables share: reading numbers and switches.</summary>
internal static class SettingText
{
    public static int Int(string text, string what) =>
        int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new UsageException($"{what}: '{text}' is not a whole number");

    public static ulong Seed(string text, string what) =>
        ulong.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw new UsageException($"{what}: '{text}' is not a seed; use a whole number from 0");

    public static double Number(string text, string what) =>
        double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new UsageException($"{what}: '{text}' is not a number");

    public static bool OnOff(string text, string what) => text switch
    {
        "on" => true,
        "off" => false,
        _ => throw new UsageException($"{what}: '{text}' is unknown; use on or off"),
    };

    public static CpuList Cpus(string text, string what) =>
        CpuList.Parse(text, what) is { IsEmpty: false } list
            ? list
            : throw new UsageException($"{what}: '{text}' names no CPU; write numbers and ranges, such as 0-3,8, or leave it out to pin nothing");

    public static string OnOff(bool value) => value ? "on" : "off";
}
