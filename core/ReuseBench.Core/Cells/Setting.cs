using System.Globalization;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>What a setting is to whoever compares cells.</summary>
public enum SettingRole
{
    /// <summary>Makes another way of listening or restarting: what a report ranks.</summary>
    Compared,

    /// <summary>Equal where cells are ranked; a run that varies it alone is compared over its values, too.</summary>
    Varied,

    /// <summary>Must be equal before two cells may be compared at all.</summary>
    Condition,

    /// <summary>A condition that the host decides: never in a matrix or an id.</summary>
    Host,

    /// <summary>Of one process, such as its port or seed: neither compared nor in a matrix or an id.</summary>
    Process,
}

/// <summary>Whose a setting is; decides which command has the option.</summary>
public enum SettingOwner
{
    Cell,
    Server,
    Load,
    Restart,
}

/// <summary>
/// One setting of a cell: the single place from which its option, its key in a matrix and in <c>run.json</c>, its column, its words in a label and
/// in help, and its part of a cell's id come.
/// </summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Key">Key in a matrix file, snake_case.</param>
/// <param name="Role">What it is to whoever compares cells.</param>
/// <param name="Value">What stands for the value in help: <c>N</c>, <c>DURATION</c>, or the choices separated by <c>|</c>.</param>
/// <param name="Help">Meaning, unit, range; one line.</param>
/// <param name="Get">The value as text; null where it is unset.</param>
/// <param name="Set">
/// The cell with the value read from text; an empty text unsets a setting that can be. Throws <see cref="UsageException"/> for a text that is none.
/// </param>
public sealed record Setting(
    SettingOwner Owner, string Key, SettingRole Role, string Value, string Help, Func<Cell, string?> Get, Func<Cell, string, Cell> Set)
{
    /// <summary>Option name without dashes; the key in kebab-case unless the command has a shorter word for it.</summary>
    public string Option { get; init; } = Key.Replace('_', '-');

    /// <summary>Unit of the column where it is a number: <c>ms</c> for durations, <c>rps</c> for rates; empty for none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Why it has no effect in a cell, as the end of "has no effect here: …"; null where it has.</summary>
    public Func<Cell, string?> WhyNoEffect { get; init; } = _ => null;

    /// <summary>
    /// How a label says a value that is not the default; an empty text leaves it out. Null: a label names it only where cells differ in it.
    /// </summary>
    public Func<string, string>? Words { get; init; }

    /// <summary>As <see cref="Words"/>, where the words depend on the rest of the cell, too; null where they do not.</summary>
    public Func<string, Cell, string>? WordsIn { get; init; }

    /// <summary>
    /// What a label says of a cell that was run, where that is more than the setting: by what was really done. Null: <see cref="Get"/>.
    /// </summary>
    public Func<Cell, string?>? AsRun { get; init; }

    /// <summary>The form of a value that is a proportion, and the setting that takes it; null where there is none.</summary>
    public RelativeValue? Relative { get; init; }

    /// <summary>Column in <c>results.csv</c>: the key, with its unit.</summary>
    public string Column => Unit.Length == 0 ? Key : $"{Key}_{Unit}";

    private static readonly Cell OfDefaults = Cell.Blank with { Restart = new RestartSettings() };

    /// <summary>The text of the default; null where that is "unset".</summary>
    public string? Default => Get(OfDefaults);

    /// <summary>Whether a matrix may name it.</summary>
    public bool IsOfCells => Role is not (SettingRole.Host or SettingRole.Process);

    /// <summary>The choices where there is a list of them; otherwise empty.</summary>
    public IReadOnlyList<string> Choices => Value.Contains('|', StringComparison.Ordinal) && !Value.Contains(':', StringComparison.Ordinal)
        ? Value.Split('|') : [];

    /// <summary>The cell with the default of this setting.</summary>
    public Cell Reset(Cell cell) => Get(cell) == Default ? cell : Set(cell, Default ?? "");

    /// <summary>The value as its column has it: a duration as a number of <see cref="Unit"/>; empty where it is unset.</summary>
    public string ToColumn(Cell cell) => Get(cell) switch
    {
        null => "",
        { } text when Unit == Milliseconds => Duration.Parse(text, Key).Milliseconds.ToString(CultureInfo.InvariantCulture),
        { } text => text,
    };

    /// <summary>The cell with what <see cref="ToColumn"/> wrote.</summary>
    /// <exception cref="UsageException">The text is no value of this setting.</exception>
    public Cell FromColumn(Cell cell, string text) => (Unit, text) switch
    {
        (_, "") => Default is null || Owner == SettingOwner.Restart ? cell : Set(cell, ""),
        (Milliseconds, _) => Set(cell, $"{Duration.FromMilliseconds(SettingText.Number(text, Column))}"),
        _ => Set(cell, text),
    };

    /// <summary>The value as a label says it.</summary>
    public string Say(string value) => Words is null || value.Length == 0 ? $"{Key.Replace('_', ' ')} {value}".TrimEnd() : Words(value);

    /// <summary>The value as a label says it of a cell.</summary>
    public string Say(string value, Cell cell) => WordsIn is null ? Say(value) : WordsIn(value, cell);

    internal const string Milliseconds = "ms";
}

/// <summary>A value in proportion to something that is not known when a matrix is written, such as <c>70%</c> of a capacity.</summary>
/// <param name="Suffix">What its text ends in.</param>
/// <param name="Key">The setting that takes the number before it.</param>
public sealed record RelativeValue(string Suffix, string Key);

/// <summary>What the settings share: reading numbers and switches.</summary>
internal static class SettingText
{
    /// <exception cref="UsageException">Not a whole number, or one that no range holds.</exception>
    public static int Int(string text, string what) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new UsageException(IsDigits(text) ? $"{what}: {text} is out of range" : $"{what}: '{text}' is not a whole number");

    public static ulong Seed(string text, string what) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw new UsageException($"{what}: '{text}' is not a seed; use a whole number from 0 to {ulong.MaxValue}");

    public static double Number(string text, string what) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new UsageException($"{what}: '{text}' is not a number");

    public static bool OnOff(string text, string what) => text switch
    {
        "on" => true,
        "off" => false,
        _ => throw new UsageException($"{what}: '{text}' is unknown; use on or off"),
    };

    public static CpuList Cpus(string text, string what) => text.Length == 0 ? CpuList.None : CpuList.Parse(text, what) is { IsEmpty: false } list
        ? list
        : throw new UsageException($"{what}: '{text}' names no CPU; write numbers and ranges, such as 0-3,8, or leave it out to pin nothing");

    public static string OnOff(bool value) => value ? "on" : "off";

    public static string Choices<T>()
        where T : struct, Enum => string.Join('|', Names.All<T>());

    private static bool IsDigits(string text) => text.Length > 0 && text.TrimStart('-').All(char.IsAsciiDigit) && text != "-";
}
