using System.CommandLine;
using System.CommandLine.Parsing;
using ReuseBench.Core;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Cli;

/// <summary>What is wrong with a command line, in one line and in this program's words: the library's name its own types.</summary>
internal static class CommandErrors
{
    /// <exception cref="UsageException">The arguments are not what the command takes.</exception>
    public static void Require(ParseResult parsed)
    {
        string? unknown = Unknown(parsed);
        if (unknown is null && parsed.Errors.Count == 0)
        {
            return;
        }

        string see = $"see reusebench {NameOf(parsed.CommandResult)}--help";
        string problem = unknown ?? Describe(parsed.Errors[0], parsed);
        throw new UsageException(problem.EndsWith('?') ? $"{problem} S{see[1..]}" : $"{problem}; {see}");
    }

    /// <summary>Says of a word that looks like an option and is none, which is meant; null for any other word.</summary>
    /// <param name="word">As it was typed.</param>
    /// <param name="command">Whose options are meant.</param>
    private static string? UnknownOption(string word, Command command)
    {
        if (word is not ['-', _, ..])
        {
            return null;
        }

        string[] options = [.. command.Options.Where(o => !o.Hidden).Select(o => o.Name).Where(n => n.StartsWith("--", StringComparison.Ordinal))];
        string typed = word.Split('=', ':')[0];

        // A dash more or less, or none within, is the commonest slip: --dryrun, -matrix, --client_cpus.
        string? near = options.FirstOrDefault(o => Letters(o) == Letters(typed)) ?? (typed.Length > 2 ? Nearest.Of(typed, options) : null);
        return $"unknown option '{TextFromOutside.Clip(word)}'" + (near is null ? "" : $"; did you mean '{near}'?");
    }

    private static string Letters(string option) => string.Concat(option.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    /// <summary>A mistyped option may stand where a name may: it is no file, no matrix and no target, and that its value is too much follows from it.</summary>
    private static string? Unknown(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;

        // Behind -- a word is what it is, however it begins.
        HashSet<string> mayBeOptions = [.. parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).Select(t => t.Value)];
        return parsed.UnmatchedTokens.Concat(command.Hidden ? [] : Arguments(parsed.CommandResult)).Where(mayBeOptions.Contains)
                .Select(word => UnknownOption(word, command)).FirstOrDefault(problem => problem is not null)
            ?? (parsed.UnmatchedTokens is [var first, ..] && parsed.Errors is [{ SymbolResult: CommandResult }, ..] ? OneTooMany(first, command) : null);
    }

    private static IEnumerable<string> Arguments(CommandResult command) =>
        command.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value);

    private static string OneTooMany(string word, Command command)
    {
        string shown = TextFromOutside.Clip(word);
        string[] below = [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        return below.Length > 0
            ? Names.Unknown(command.Name, word, below).Message
            : $"'{shown}' is one word too many";
    }

    private static string Describe(ParseError error, ParseResult parsed)
    {
        switch (error.SymbolResult)
        {
            case OptionResult { Option: var option, Tokens: var given }:
                string name = option.Name.TrimStart('-');
                if (given.Count == 0 && option.Arity.MinimumNumberOfValues > 0)
                {
                    return $"{name}: needs a value ({option.HelpName})";
                }

                if (given.Count > option.Arity.MaximumNumberOfValues)
                {
                    return $"{name}: is given {given.Count} times; give it once";
                }

                return option.ValueType == typeof(bool)
                    ? $"{name}: takes no value; leave '{TextFromOutside.Clip(given[^1].Value)}' out"
                    : error.Message.TrimEnd('.');
            case ArgumentResult { Argument: var argument, Tokens.Count: 0 }:
                return $"name {Wanted(argument)}";
            case CommandResult { Command: var command } when command.Subcommands.Count > 0 && command.Action is null:
                return $"{command.Name}: name one of {string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}";
            case CommandResult when parsed.CommandResult.Command.Arguments.FirstOrDefault(a => a.Arity.MinimumNumberOfValues > 0) is { } missing:
                return $"name {Wanted(missing)}";
            default:
                return error.Message.TrimEnd('.');
        }
    }

    private static string Wanted(Argument argument) => $"{argument.HelpName ?? argument.Name}: {argument.Description}";

    private static string NameOf(CommandResult command) =>
        command.Command is RootCommand ? "" : command.Parent is CommandResult parent ? $"{NameOf(parent)}{command.Command.Name} " : "";
}
