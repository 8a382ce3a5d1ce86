package provider

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// box does what its attribute "does" says, when it is created.
type box struct{}

type boxModel struct {
	ID     types.String `tfsdk:"id"`
	Name   types.String `tfsdk:"name"`
	Does   types.String `tfsdk:"does"`
	Size   types.Int64  `tfsdk:"size"`
	Secret types.String `tfsdk:"secret"`
}

func newBox() resource.Resource { return &box{} }

func (*box) Metadata(_ context.Context, _ resource.MetadataRequest, out *resource.MetadataResponse) {
	out.TypeName = "judge_box"
}

func (*box) Schema(_ context.Context, _ resource.SchemaRequest, out *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	renew := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	out.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":     schema.StringAttribute{Computed: true, PlanModifiers: keep},
		"name":   schema.StringAttribute{Required: true, PlanModifiers: renew},
		"does":   schema.StringAttribute{Optional: true},
		"size":   schema.Int64Attribute{Optional: true},
		"secret": schema.StringAttribute{Optional: true, Sensitive: true},
	}}
}

func (*box) ValidateConfig(ctx context.Context, in resource.ValidateConfigRequest, out *resource.ValidateConfigResponse) {
	var read boxModel
	out.Diagnostics.Append(in.Config.Get(ctx, &read)...)
	if read.Size.ValueInt64() < 0 {
		out.Diagnostics.AddAttributeError(path.Root("size"), "Negative size", "A box holds nothing or something.")
	}
}

// ModifyPlan plans another name than was given, where it is told to.
func (*box) ModifyPlan(ctx context.Context, in resource.ModifyPlanRequest, out *resource.ModifyPlanResponse) {
	if in.Plan.Raw.IsNull() {
		return
	}
	var does types.String
	out.Diagnostics.Append(in.Plan.GetAttribute(ctx, path.Root("does"), &does)...)
	if does.ValueString() == "plan another" {
		out.Diagnostics.Append(out.Plan.SetAttribute(ctx, path.Root("name"), "another")...)
	}
}

func (*box) Create(ctx context.Context, in resource.CreateRequest, out *resource.CreateResponse) {
	var plan boxModel
	out.Diagnostics.Append(in.Plan.Get(ctx, &plan)...)
	plan.ID = types.StringValue("box-" + plan.Name.ValueString())
	out.Diagnostics.Append(out.Private.SetKey(ctx, "made", []byte(`{"by":"judge"}`))...)
	switch plan.Does.ValueString() {
	case "crash":
		fmt.Fprintln(os.Stderr, "the secret is", plan.Secret.ValueString())
		panic("out of paper")
	case "hang":
		fmt.Fprintln(os.Stderr, "hanging with", plan.Secret.ValueString())
		if file := os.Getenv("JUDGE_HANGS"); file != "" {
			_ = os.WriteFile(file, []byte(fmt.Sprint(os.Getpid())), 0o600)
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Minute):
		}
		out.Diagnostics.AddError("Interrupted", "Nothing was made.")
		return
	case "fail":
		fmt.Fprintln(os.Stderr, "failing with", plan.Secret.ValueString())
		out.Diagnostics.AddError("Box refused", "There is no room for it.")
		return
	case "half":
		out.Diagnostics.Append(out.State.Set(ctx, &plan)...)
		out.Diagnostics.AddError("Box half made", "It stands there, open.")
		return
	case "lie":
		plan.Size = types.Int64Value(plan.Size.ValueInt64() + 1)
	case "lie in secret":
		plan.Secret = types.StringValue("another secret")
	case "vanish":
		out.State.RemoveResource(ctx)
		return
	}
	out.Diagnostics.Append(out.State.Set(ctx, &plan)...)
}

func (*box) Read(ctx context.Context, in resource.ReadRequest, out *resource.ReadResponse) {
	kept, found := in.Private.GetKey(ctx, "made")
	out.Diagnostics.Append(found...)
	var state boxModel
	out.Diagnostics.Append(in.State.Get(ctx, &state)...)
	if kept == nil && state.Does.ValueString() == "needs private" {
		out.Diagnostics.AddError("Private data lost", "What was kept beside the object is not there.")
	}
}

func (*box) Update(ctx context.Context, in resource.UpdateRequest, out *resource.UpdateResponse) {
	var plan boxModel
	out.Diagnostics.Append(in.Plan.Get(ctx, &plan)...)
	out.Diagnostics.Append(out.State.Set(ctx, &plan)...)
}

func (*box) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func (*box) ImportState(ctx context.Context, in resource.ImportStateRequest, out *resource.ImportStateResponse) {
	resource.ImportStatePassthroughID(ctx, path.Root("id"), in, out)
	out.Diagnostics.Append(out.State.SetAttribute(ctx, path.Root("name"), in.ID)...)
}
