using System.CommandLine;
using System.Text;
using ReuseBench.Bench.Runs;

namespace ReuseBench.Bench.Cli;

/// <summary><c>man</c>: the manual page, made from the same definitions as the help.</summary>
internal sealed class ManCommand : ICommandModule
{
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("man", "the page; to read it: reusebench man > reusebench.1 && man ./reusebench.1"),
    ];

    public Command Build()
    {
        Command command = new("man", "Prints the manual page of all commands.");
        command.SetAction(_ =>
        {
            Console.Out.Write(ManualPage.Render(CommandTree.BuildFor([]), CommandTree.Modules()));
            return ExitCodes.Success;
        });
        return command;
    }
}

/// <summary>
/// All commands, options and examples as a manual page of section 1, <see href="https://man7.org/linux/man-pages/man7/man.7.html">man(7)</see>. Hidden
/// commands and options are left out, as in the help.
/// </summary>
internal static class ManualPage
{
    private const string Program = "reusebench";

    /// <param name="root">Its options are those of every command.</param>
    /// <param name="modules">Every command, in the order of the help.</param>
    public static string Render(RootCommand root, IEnumerable<(Command Command, ICommandModule Module)> modules)
    {
        StringBuilder page = new();

        // Without date and version: the page in docs/ is the same until a definition changes.
        Line(page, $".TH {Program.ToUpperInvariant()} 1 \"\" {Program} \"User Commands\"");
        Section(page, "NAME");
        Line(page, $"{Program} \\- measures SO_REUSEADDR and SO_REUSEPORT server variants on this kernel");
        Section(page, "SYNOPSIS");
        Line(page, $".B {Program}\n.I COMMAND\n.RI [ OPTION ]...");
        Section(page, "DESCRIPTION");
        Text(page, CommandTree.Description);
        Section(page, "COMMANDS");
        foreach ((Command command, ICommandModule module) in modules.Where(m => !m.Command.Hidden))
        {
            Add(page, command, command.Name);
            foreach (Command below in command.Subcommands.Where(c => !c.Hidden))
            {
                Add(page, below, $"{command.Name} {below.Name}");
            }

            foreach ((string line, string does) in module.Examples)
            {
                Tag(page, $".B {Escaped($"{Program} {line}")}");
                Text(page, does);
            }
        }

        Section(page, "OPTIONS");
        Add(page, root.Options);
        Section(page, "EXIT STATUS");
        foreach ((int code, string meaning) in ExitCodes.All)
        {
            Tag(page, $".B {code}");
            Text(page, meaning);
        }

        return page.ToString();
    }

    private static void Add(StringBuilder page, Command command, string name)
    {
        Argument[] arguments = [.. command.Arguments.Where(a => !a.Hidden)];
        Line(page, $".SS {Escaped(name)}{string.Concat(arguments.Select(a => $" <{Escaped(a.HelpName ?? a.Name)}>"))}");
        Text(page, command.Description);
        foreach (Argument argument in arguments)
        {
            Tag(page, $".I {Escaped(argument.HelpName ?? argument.Name)}");
            Text(page, argument.Description);
        }

        Add(page, command.Options);
    }

    private static void Add(StringBuilder page, IEnumerable<Option> options)
    {
        foreach (Option option in options.Where(o => !o.Hidden))
        {
            // The library's own have aliases for Windows.
            IEnumerable<string> aliases = option.Aliases.Where(a => !a.StartsWith('/')).OrderBy(a => a.Length).ThenBy(a => a, StringComparer.Ordinal);
            string value = TakesValue(option) ? $" \\fI{Escaped(option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant())}\\fR" : "";
            Tag(page, $".B {Escaped(string.Join(", ", aliases.Append(option.Name)))}{value}");
            Text(page, option.Description);
        }
    }

    /// <summary>Whether a word follows the option.</summary>
    private static bool TakesValue(Option option) => option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;

    private static void Section(StringBuilder page, string title) => Line(page, $".SH {title}");

    private static void Tag(StringBuilder page, string tag) => Line(page, $".TP\n{tag}");

    private static void Text(StringBuilder page, string? text)
    {
        string escaped = Escaped(text ?? "");

        // A line that begins with a dot would be a request.
        Line(page, escaped.StartsWith('.') ? $"\\&{escaped}" : escaped);
    }

    private static void Line(StringBuilder page, string line) => page.Append(line).Append('\n');

    /// <summary>What a terminal shows is what was written, to be copied: the formatter would make typography of some characters.</summary>
    private static string Escaped(string text) => string.Concat(text.Select(c => c switch
    {
        '\\' => "\\e",
        '-' => "\\-",
        '"' => "\\(dq",
        '\'' => "\\(aq",
        '`' => "\\(ga",
        '^' => "\\(ha",
        '~' => "\\(ti",
        _ => c.ToString(),
    }));
}
