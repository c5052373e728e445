using System.CommandLine;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Cli;

/// <summary>Options about the cells of a matrix that several commands take.</summary>
internal static class CellOptions
{
    /// <summary>Its name, without dashes.</summary>
    public const string FilterName = "filter";

    public static Option<string[]> Filter() => new($"--{FilterName}", "-f")
    {
        Description = "run only matching cells: key=value, key=a|b, key!=value or part of an id; terms separated by commas, or given by several --filter, "
            + "must all match",
        HelpName = "TERMS",
    };
}

/// <summary>The command-line options of a list of settings.</summary>
internal sealed class SettingOptions
{
    private readonly IReadOnlyList<(Setting Setting, Option<string> Option)> _options;

    public SettingOptions(IReadOnlyList<Setting> settings) => _options = [.. settings.Select(s => (s, ToOption(s)))];

    public void AddTo(Command command)
    {
        foreach ((_, Option<string> option) in _options)
        {
            command.Add(option);
        }
    }

    /// <summary>The defaults with every option that was given.</summary>
    /// <exception cref="UsageException">A value is not one of its setting.</exception>
    public Cell Read(ParseResult result) => Given(result).Aggregate(Cell.Blank, (cell, given) => given.Setting.Set(cell, given.Text));

    /// <summary>A person who gives an option means it to do something.</summary>
    /// <exception cref="UsageException">One that was given has no effect beside the others.</exception>
    public void RequireEffects(ParseResult result, Cell cell)
    {
        foreach ((Setting setting, _) in Given(result))
        {
            if (setting.WhyNoEffect(cell) is { } why)
            {
                throw new UsageException($"{setting.Option}: has no effect here, since {why}; leave it out");
            }
        }
    }

    private IEnumerable<(Setting Setting, string Text)> Given(ParseResult result)
    {
        foreach ((Setting setting, Option<string> option) in _options)
        {
            if (result.GetResult(option) is { Implicit: false } && result.GetValue(option) is string text)
            {
                // An empty text unsets a setting that can be unset; from a shell it is a variable that was not set.
                if (text.Length == 0 && setting.Default is null)
                {
                    throw new UsageException($"{setting.Option}: '' is no value; leave the option out to have none");
                }

                yield return (setting, text);
            }
        }
    }

    /// <summary>One-letter options that users of wrk and oha try first, by the setting's key.</summary>
    private static readonly Dictionary<string, string> Short = new()
    {
        ["connections"] = "-c",
        ["duration"] = "-d",
        ["client_threads"] = "-t",
        ["rate"] = "-r",
        ["workers"] = "-w",
        ["port"] = "-p",
    };

    private static Option<string> ToOption(Setting setting)
    {
        Option<string> option = new($"--{setting.Option}")
        {
            Description = setting.Default is { Length: > 0 } value ? $"{setting.Help} [{value}]" : setting.Help,
            HelpName = setting.Value,
        };
        if (Short.TryGetValue(setting.Key, out string? letter))
        {
            option.Aliases.Add(letter);
        }

        return option;
    }
}
