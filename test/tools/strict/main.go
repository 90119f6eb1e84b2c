// Reads Kubernetes objects as YAML documents from standard input, decodes each into the Go type that the API server uses
// for it, and refuses whatever that type does not know: a misspelt or misplaced field, a wrong kind of value. Kinds of
// other API groups are only read as objects. Prints one line per object; exits 1 when one was refused.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	yamlreader "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

func main() {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		admissionv1.AddToScheme, appsv1.AddToScheme, coordinationv1.AddToScheme, corev1.AddToScheme,
		networkingv1.AddToScheme, policyv1.AddToScheme, rbacv1.AddToScheme, schedulingv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	refused := false
	documents := yamlreader.NewYAMLReader(bufio.NewReader(os.Stdin))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		line, err := check(scheme, document)
		if err != nil {
			refused = true
			fmt.Printf("refused %s: %v\n", line, err)
		} else if line != "" {
			fmt.Printf("ok %s\n", line)
		}
	}
	if refused {
		os.Exit(1)
	}
}

// check names the object in a document and says what the API server's type refuses about it. An empty document is none.
func check(scheme *runtime.Scheme, document []byte) (string, error) {
	var meta struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
	}
	if err := yaml.Unmarshal(document, &meta); err != nil {
		return "document", err
	}
	if meta.Kind == "" {
		var anything map[string]any
		if err := yaml.Unmarshal(document, &anything); err == nil && len(anything) == 0 {
			return "", nil
		}
		return "document", errors.New("no kind")
	}
	line := fmt.Sprintf("%s %s %s", meta.APIVersion, meta.Kind, meta.Name)
	kind := schema.FromAPIVersionAndKind(meta.APIVersion, meta.Kind)
	if !scheme.IsGroupRegistered(kind.Group) {
		var anything map[string]any
		return line, yaml.UnmarshalStrict(document, &anything)
	}
	object, err := scheme.New(kind)
	if err != nil {
		return line, err
	}
	return line, yaml.UnmarshalStrict(document, object)
}
