<#
.SYNOPSIS
Publishes the folder of a run into a folder of static pages.

.DESCRIPTION
Builds the Release configuration and calls `reusebench report --index INDEX --publish RUN`: the run folder is copied to INDEX/RUN-ID, whole
(with -Brief what is read most) and without its symbolic links, and INDEX/index.html is written anew over all runs that are there. Any web
server, or a browser on the files, will show the pages. Ends with that command's exit code, with the build's where the build fails, or with
2 where something is missing.

.PARAMETER Run
The folder that `run` has written.

.PARAMETER Index
The folder to publish into; made where it is missing.

.PARAMETER Brief
Leave out logs, large tables, and what report.html holds itself. Its links to them are dropped.

.PARAMETER Unknown
Not to be given: what is no argument ends up here, and is refused.

.PARAMETER WhatIf
Say what would be done, and change nothing.

.EXAMPLE
pwsh scripts/publish-run.ps1 -Run results/20260730-101500 -Index public
#>
#Requires -Version 7.3
[CmdletBinding(SupportsShouldProcess, PositionalBinding = $false)]
param(
    [string] $Run,
    [string] $Index,
    [switch] $Brief,
    [Parameter(ValueFromRemainingArguments, DontShow)] [object[]] $Unknown
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# A profile may have asked for an exception where a command fails; here its exit code is the answer.
$PSNativeCommandUseErrorActionPreference = $false

function Stop-Script([string] $sentence, [int] $code = 2) {
    [Console]::Error.WriteLine("publish-run.ps1: $sentence")
    exit $code
}

# The program runs in the tree, for the sake of global.json: its paths are those of the caller.
function Resolve-Folder([string] $path) {
    [System.IO.Path]::GetFullPath($path, $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath)
}

if ($Unknown) {
    Stop-Script "'$($Unknown[0])' is not an argument; there are -Run FOLDER, -Index FOLDER, -Brief and -WhatIf (Get-Help scripts/publish-run.ps1)"
}

if ($Run -eq '' -or $Index -eq '') {
    Stop-Script 'needs both -Run FOLDER, a folder that `run` has written, and -Index FOLDER, where to publish it'
}

$Run = Resolve-Folder $Run
$Index = Resolve-Folder $Index
if (-not $PSCmdlet.ShouldProcess("copy $Run into $Index and write $([System.IO.Path]::Combine($Index, 'index.html'))", '', '')) {
    exit 0
}

$dotnet = @(Get-Command -Name dotnet -CommandType Application -ErrorAction Ignore)
$tree = [System.IO.Path]::GetDirectoryName($PSScriptRoot)
$project = [System.IO.Path]::Combine($tree, 'bench', 'ReuseBench')
$program = [System.IO.Path]::Combine($tree, 'artifacts', 'bin', 'ReuseBench', 'release', 'reusebench.dll')
$location = $ExecutionContext.SessionState.Path
$location.PushCurrentLocation('publish-run.ps1')
$null = $location.SetLocation([WildcardPattern]::Escape($tree))
try {
    if ($dotnet.Count -gt 0) {
        $null = & $dotnet[0] --version 2>&1
    }

    if ($dotnet.Count -eq 0 -or $LASTEXITCODE -ne 0) {
        Stop-Script 'no .NET 10 SDK found; install it (https://dotnet.microsoft.com/download/dotnet/10.0) and put dotnet on PATH'
    }

    $said = & $dotnet[0] build $project --configuration Release --nologo --verbosity quiet
    if ($LASTEXITCODE -ne 0) {
        $failed = $LASTEXITCODE
        $said | ForEach-Object { [Console]::Error.WriteLine($_) }
        Stop-Script "the build failed (exit code $failed), nothing was published; its messages are above" $failed
    }
}
finally {
    $null = $location.PopLocation('publish-run.ps1')
}

$further = @(if ($Brief) { '--brief' })
& $dotnet[0] $program report --index $Index --publish $Run @further
exit $LASTEXITCODE
