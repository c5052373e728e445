using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ReuseBench.Core;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Cli;

/// <summary>Options that take a number, with errors in the words of the other options; the library's name its own types.</summary>
internal static class NumberOption
{
    public static Option<int?> Whole(string name, string description) => Of<int?>(
        name, description, "a whole number", text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value : null);

    public static Option<double?> Any(string name, string description) => Of<double?>(
        name,
        description,
        "a number",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null);

    public static Option<ulong?> Seed(string description) => Of<ulong?>(
        "--seed", description, "a seed: use a whole number from 0", text =>
            ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null);

    /// <summary>By how much a cell may be worse than the best and still be as good.</summary>
    public static Option<double?> Margin() => new("--margin")
    {
        Description = "advice on workers: as good as the best is what is shown to be within this of it [5%]",
        HelpName = "PERCENT",
        CustomParser = result => Parsed<double?>(result, "--margin", "a percentage above 0 and below 50, such as 5%", Share),
    };

    private static double? Share(string text) =>
        double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out double percent) && percent is > 0 and < 50
            ? percent / 100 : null;

    private static Option<T?> Of<T>(string name, string description, string kind, Func<string, T?> parse) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parsed(result, name, kind, parse),
    };

    private static T? Parsed<T>(ArgumentResult result, string name, string kind, Func<string, T?> parse)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        T? value = parse(text);
        if (value is null)
        {
            result.AddError($"{name.TrimStart('-')}: '{text}' is not {kind}.");
        }

        return value;
    }
}

/// <summary>The CPUs that this process may use. sched_setaffinity(2) silently drops others from a list that names some of these.</summary>
internal static class UsableCpus
{
    /// <exception cref="UsageException">The list names another.</exception>
    public static void Require(Core.Units.CpuList cpus, string what)
    {
        Core.Units.CpuList usable = new(CpuAffinity.OfCurrentThread());
        int[] missing = [.. cpus.Cpus.Except(usable.Cpus)];
        if (missing.Length > 0)
        {
            throw new UsageException($"{what}: '{cpus}' names CPU {missing[0]}, which this process may not use; choose from {usable}");
        }
    }
}
