using ReuseBench.Bench.Adapters;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Cli;

/// <summary>
/// The command line of a process that this program started itself, as it writes them: options with their values. Read without the library of the
/// command line, whose parser a child would spend a third of its start on, and without what is there for people only.
/// </summary>
internal sealed class ChildArguments
{
    private const string Prefix = "--";

    /// <summary>Options that are only there for children; each child has the first.</summary>
    public const string ParentPid = "parent-pid";

    private readonly Dictionary<string, string?> _options = [];

    private ChildArguments()
    {
    }

    /// <summary>The parent's process id.</summary>
    public int Parent => Number(ParentPid) ?? 0;

    /// <param name="arguments">Behind the role.</param>
    /// <param name="settings">Those that the role takes.</param>
    /// <param name="own">What else it takes, without dashes.</param>
    /// <param name="flags">Of these, those without a value.</param>
    /// <returns>Null where somebody else wrote them: that is for the library to read.</returns>
    public static ChildArguments? TryRead(
        ReadOnlySpan<string> arguments, IReadOnlyList<Setting> settings, ReadOnlySpan<string> own, ReadOnlySpan<string> flags)
    {
        ChildArguments read = new();
        for (int index = 0; index < arguments.Length; index++)
        {
            if (!arguments[index].StartsWith(Prefix, StringComparison.Ordinal))
            {
                return null;
            }

            string name = arguments[index][Prefix.Length..];
            bool isFlag = flags.Contains(name);
            if (!isFlag && (index + 1 == arguments.Length || !(name == ParentPid || own.Contains(name) || IsOption(settings, name))))
            {
                return null;
            }

            read._options[name] = isFlag ? null : arguments[++index];
        }

        return read._options.ContainsKey(ParentPid) && read.Number(ParentPid) is not null ? read : null;
    }

    /// <summary>The defaults with every setting that was given.</summary>
    /// <exception cref="Core.UsageException">A value is not one of its setting.</exception>
    public Cell Read(IReadOnlyList<Setting> settings)
    {
        Cell cell = Cell.Blank;
        foreach (Setting setting in settings)
        {
            if (_options.TryGetValue(setting.Option, out string? text) && text is not null)
            {
                cell = setting.Set(cell, text);
            }
        }

        return cell;
    }

    /// <returns>Null where it was not given.</returns>
    public string? Text(string option) => _options.GetValueOrDefault(option);

    /// <returns>Null where it was not given, or is no number.</returns>
    public int? Number(string option) => int.TryParse(Text(option), out int number) ? number : null;

    public bool Has(string flag) => _options.ContainsKey(flag);

    private static bool IsOption(IReadOnlyList<Setting> settings, string name)
    {
        foreach (Setting setting in settings)
        {
            if (setting.Option == name)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The roles that this program starts itself in.</summary>
internal static class ChildRoles
{
    /// <param name="arguments">As the program was given them.</param>
    /// <returns>The exit code; null where no parent of ours wrote the arguments.</returns>
    /// <exception cref="Core.UsageException">What was asked for cannot be done.</exception>
    public static int? TryRun(string[] arguments) => arguments is [var role, ..] ? role switch
    {
        ServeCommand.Role => ServeCommand.TryRunAsChild(arguments.AsSpan(1)),
        LoadCommand.Role => LoadCommand.TryRunAsChild(arguments.AsSpan(1)),
        StrangerRole.Role => StrangerRole.TryRun(arguments.AsSpan(1)),
        _ => null,
    }
    : null;
}
