using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ReuseBench.Scripts.Host;

/// <summary>Text for people (what -WhatIf would do) goes to standard output, errors and warnings to standard error; nothing can be asked.</summary>
internal sealed class StandardStreamsInterface : PSHostUserInterface
{
    // Without a raw interface the engine knows that there is no terminal.
    public override PSHostRawUserInterface RawUI => null!;

    public override void Write(string value) => Console.Out.Write(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Console.Out.WriteLine(value);

    public override void WriteErrorLine(string value) => Console.Error.WriteLine(value);

    public override void WriteWarningLine(string message) => Console.Error.WriteLine(message);

    public override void WriteDebugLine(string message) => Console.Error.WriteLine(message);

    public override void WriteVerboseLine(string message) => Console.Error.WriteLine(message);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override string ReadLine() => throw NothingCanBeAsked();

    public override SecureString ReadLineAsSecureString() => throw NothingCanBeAsked();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw NothingCanBeAsked();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw NothingCanBeAsked();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw NothingCanBeAsked();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => throw NothingCanBeAsked();

    private static NotSupportedException NothingCanBeAsked() => new("no terminal to ask at");
}
