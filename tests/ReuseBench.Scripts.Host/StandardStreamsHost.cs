using System.Globalization;
using System.Management.Automation.Host;

namespace ReuseBench.Scripts.Host;

/// <summary>A PowerShell host without a terminal.</summary>
internal sealed class StandardStreamsHost : PSHost
{
    public override string Name => "ReuseBench.Scripts.Host";

    public override Version Version { get; } = new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI { get; } = new StandardStreamsInterface();

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override void SetShouldExit(int exitCode)
    {
    }

    public override void EnterNestedPrompt() => throw new NotSupportedException("no terminal");

    public override void ExitNestedPrompt() => throw new NotSupportedException("no terminal");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
