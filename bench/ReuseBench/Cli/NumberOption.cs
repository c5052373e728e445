using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ReuseBench.Core;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Cli;

/// <summary>Options that take a number, with errors in the words of the other options; the library's name its own types.</summary>
internal static class NumberOption
{
    /// <summary>What is half as good is not as good.</summary>
    private const double MarginsBelow = 0.5;

    public static Option<int?> Whole(string name, string description, params string[] aliases)
    {
        Option<int?> option = Of<int?>(
            name, description, "a whole number", text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                ? value : null);
        foreach (string alias in aliases)
        {
            option.Aliases.Add(alias);
        }

        return option;
    }

    public static Option<double?> Any(string name, string description) => Of<double?>(
        name,
        description,
        "a number",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null);

    public static Option<ulong?> Seed(string description) => Of<ulong?>(
        "--seed", description, "a seed: use a whole number from 0", text =>
            ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null);

    /// <summary>A share, read as <see cref="ShareText"/> reads all of them.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For help.</param>
    /// <param name="below">The least share that is too large.</param>
    public static Option<double?> Share(string name, string description, double below = MarginsBelow) => new(name)
    {
        Description = description,
        HelpName = "PERCENT",
        CustomParser = result =>
        {
            try
            {
                return ShareText.Parse(result.Tokens.Count == 1 ? result.Tokens[0].Value : "", name.TrimStart('-'), below);
            }
            catch (UsageException e)
            {
                result.AddError(e.Message);
                return null;
            }
        },
    };

    /// <summary>By how much a cell may be worse than the best and still be as good.</summary>
    public static Option<double?> Margin() =>
        Share("--margin", "advice on workers: as good as the best is what is shown to be within this of it, such as 5% or 0.05 [5%]");

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
            result.AddError($"{name.TrimStart('-')}: '{text}' is not {kind}");
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
