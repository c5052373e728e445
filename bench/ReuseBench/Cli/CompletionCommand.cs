using System.CommandLine;
using System.CommandLine.Completions;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Cli;

/// <summary><c>completion SHELL</c>: the script that lets a shell complete commands, options and their values.</summary>
internal sealed class CompletionCommand : ICommandModule
{
    /// <summary>Each asks <c>complete</c> for the words; where there are none the shell completes files.</summary>
    private static readonly (string Shell, string Script)[] Scripts =
    [
        ("bash", """
            # reusebench completion bash: to be read by bash, such as with  source <(reusebench completion bash)
            _reusebench() {
                local IFS=$'\n' word=${COMP_LINE:0:COMP_POINT} head
                word=${word##* }
                mapfile -t COMPREPLY < <("${COMP_WORDS[0]/#\~/$HOME}" complete "$COMP_POINT" "$COMP_LINE" 2>/dev/null)
                # bash breaks words at = and :, and replaces only what stands behind the last of them.
                head=${word%"${word##*[=:]}"}
                COMPREPLY=("${COMPREPLY[@]#"$head"}")
                if [[ ${COMPREPLY-} == *= ]]; then compopt -o nospace; fi
            }
            complete -o default -F _reusebench reusebench
            """),
        ("zsh", """
            #compdef reusebench
            # reusebench completion zsh: to be read by zsh after compinit, such as with  source <(reusebench completion zsh)
            _reusebench() {
                local line="$LBUFFER"
                local -a found=("${(@f)$(${~words[1]} complete ${#line} "$line" 2>/dev/null)}")
                if [[ -z ${found[1]} ]]; then _files; elif [[ ${found[1]} == *= ]]; then compadd -S '' -a found; else compadd -a found; fi
            }
            compdef _reusebench reusebench
            """),
        ("fish", """
            # reusebench completion fish: to be read by fish, such as with  reusebench completion fish | source
            function __reusebench_complete
                set -l line (commandline -cp | string collect)
                reusebench complete (string length -- "$line") "$line" 2>/dev/null
            end
            complete -c reusebench -a '(__reusebench_complete)'
            """),
    ];

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("completion bash", "the script; a line in ~/.bashrc reads it: source <(reusebench completion bash)"),
    ];

    public Command Build()
    {
        string[] shells = [.. Scripts.Select(s => s.Shell)];
        Argument<string> shell = new("shell") { Description = string.Join(", ", shells), HelpName = string.Join('|', shells) };
        Command command = new("completion", "Prints the script that lets a shell complete commands, options and values.") { shell };
        command.SetAction(result =>
        {
            string named = result.GetRequiredValue(shell);
            string script = Scripts.FirstOrDefault(s => s.Shell == named).Script ?? throw Names.Unknown("shell", named, shells);
            Console.Out.WriteLine(script);
            return ExitCodes.Success;
        });
        return command;
    }
}

/// <summary><c>complete POSITION LINE</c>: the words that may stand at a place of a command line. Hidden: scripts of shells ask.</summary>
internal sealed class CompleteCommand : ICommandModule
{
    public IReadOnlyList<(string Line, string Does)> Examples { get; } = [];

    public Command Build()
    {
        Argument<int> position = new("POSITION");
        Argument<string> line = new("LINE");
        Command command = new("complete", "Words that may stand at a place of a command line.") { position, line };
        command.Hidden = true;
        command.SetAction(result =>
        {
            foreach (string word in Completions.Of(result.GetRequiredValue(line), result.GetRequiredValue(position)))
            {
                Console.Out.WriteLine(word);
            }

            return ExitCodes.Success;
        });
        return command;
    }
}

/// <summary>What may stand where on a command line.</summary>
internal static class Completions
{
    private const string MatrixName = "matrix";

    /// <param name="line">As it was typed, the program's name first.</param>
    /// <param name="position">Of the cursor, in characters from the beginning.</param>
    /// <returns>Whole words, in order; none where the shell knows better, as for files.</returns>
    public static IReadOnlyList<string> Of(string line, int position)
    {
        string typed = line[..Math.Clamp(position, 0, line.Length)];
        int program = typed.IndexOf(' ', StringComparison.Ordinal);
        if (program < 0)
        {
            return [];
        }

        string arguments = typed[(program + 1)..].TrimStart();
        string word = arguments.Split(' ')[^1].TrimStart('\'', '"');
        if (word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
        {
            // --option=value is completed as --option value is.
            string option = word[..at];
            string apart = $"{typed[..^word.Length]}{option} {word[(at + 1)..]}";
            return [.. Of(apart, apart.Length).Select(value => $"{option}={value}")];
        }

        ParseResult parsed = CommandTree.BuildFor(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Parse(arguments, CommandTree.Parsing);
        return
        [
            .. parsed.GetCompletions(arguments.Length).Select(c => c.InsertText ?? c.Label)
                .Where(c => c.StartsWith(word, StringComparison.Ordinal) && (word.Length > 0 || !c.StartsWith('-')) && !IsForWindows(c))
                .Distinct().Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Values of an option that takes several, separated by commas.</summary>
    public static void AddList(Option option, IEnumerable<string> values) => option.CompletionSources.Add(context =>
    {
        string before = context.WordToComplete[..(context.WordToComplete.LastIndexOf(',') + 1)];
        return values.Select(value => new CompletionItem(before + value));
    });

    /// <summary>Lets options and arguments say their values: those that help lists, and what the program knows by name.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in command.Options)
        {
            AddTo(option.CompletionSources, option.Name.TrimStart('-'), option.HelpName);
        }

        foreach (Argument argument in command.Arguments)
        {
            AddTo(argument.CompletionSources, argument.Name, argument.HelpName);
        }

        foreach (Command below in command.Subcommands)
        {
            AddTo(below);
        }
    }

    /// <summary>The library's own help has aliases with a slash and a question mark.</summary>
    private static bool IsForWindows(string word) => word.StartsWith('/') || word.Contains('?', StringComparison.Ordinal);

    private static void AddTo(List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources, string name, string? values)
    {
        if (name == MatrixName)
        {
            sources.Add(_ => MatrixLocator.BuiltIn().Select(m => new CompletionItem(m)));
        }
        else if (name == CellOptions.FilterName)
        {
            sources.Add(context => Terms(context.WordToComplete).Select(t => new CompletionItem(t)));
        }
        else if (values?.Contains('|', StringComparison.Ordinal) == true)
        {
            // What stands in capitals in help is to be filled in.
            string[] fixedValues = [.. values.Split('|').Where(v => v.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))];
            sources.Add(_ => fixedValues.Select(v => new CompletionItem(v)));
        }
    }

    /// <summary>The last of the terms so far: a key, or behind it one of its values.</summary>
    private static IEnumerable<string> Terms(string word)
    {
        int last = word.LastIndexOf(',') + 1;
        string before = word[..last];
        string[] sides = word[last..].Split('=', 2);
        return sides.Length == 1
            ? CellSettings.OfCells.Select(s => $"{before}{s.Key}=")
            : CellSettings.Find(sides[0].TrimEnd('!'))?.Choices.Select(value => $"{before}{sides[0]}={value}") ?? [];
    }
}
