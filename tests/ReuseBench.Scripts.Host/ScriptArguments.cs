using System.Management.Automation.Runspaces;

namespace ReuseBench.Scripts.Host;

/// <summary>
/// Arguments of a script as pwsh hands them to the engine: a word with a dash is a parameter, what follows its first colon is the value,
/// true and false are truth values there; everything else is a value.
/// <see href="https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_pwsh">about_Pwsh, -File</see>
/// </summary>
internal static class ScriptArguments
{
    public static Command Bind(string script, string[] words)
    {
        var command = new Command(script, isScript: false, useLocalScope: false);
        foreach (string word in words)
        {
            command.Parameters.Add(word.Length > 1 && word[0] == '-' ? Parameter(word) : new CommandParameter(null, word));
        }

        return command;
    }

    private static CommandParameter Parameter(string word) => word.Split(':', 2) switch
    {
        [string name, ""] => throw new NotSupportedException($"{name}: the value of a trailing colon is the next word; no test needs it"),
        [string name, string value] => new CommandParameter(name, bool.TryParse(value.TrimStart('$'), out bool truth) ? truth : value),
        _ => new CommandParameter(word),
    };
}
