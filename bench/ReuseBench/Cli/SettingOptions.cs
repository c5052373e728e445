using System.CommandLine;
using ReuseBench.Bench.Children;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Cli;

/// <summary>The command-line options of a table of settings, whose way back is <see cref="SettingArguments"/>.</summary>
internal sealed class SettingOptions<T>
{
    private readonly IReadOnlyList<(Setting<T> Setting, Option<string> Option)> _options;
    private readonly T _defaults;

    public SettingOptions(IReadOnlyList<Setting<T>> settings, T defaults)
    {
        _defaults = defaults;
        _options = [.. settings.Select(s => (s, ToOption(s, defaults)))];
    }

    public void AddTo(Command command)
    {
        foreach ((_, Option<string> option) in _options)
        {
            command.Add(option);
        }
    }

    /// <summary>The defaults with every option that was given.</summary>
    /// <exception cref="Core.UsageException">A value is not one of its setting.</exception>
    public T Read(ParseResult result)
    {
        T settings = _defaults;
        foreach ((Setting<T> setting, Option<string> option) in _options)
        {
            if (result.GetResult(option) is { Implicit: false } && result.GetValue(option) is string text)
            {
                settings = setting.Set(settings, text);
            }
        }

        return settings;
    }

    /// <summary>Whether the command line itself names a setting.</summary>
    public bool IsGiven(ParseResult result, string option) =>
        _options.Any(o => o.Setting.Option == option && result.GetResult(o.Option) is { Implicit: false });

    private static Option<string> ToOption(Setting<T> setting, T defaults) => new($"--{setting.Option}")
    {
        Description = setting.Get(defaults) is { Length: > 0 } value ? $"{setting.Help} [{value}]" : setting.Help,
        HelpName = setting.Value,
    };
}
